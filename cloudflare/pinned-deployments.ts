/** Asks Cloudflare before anything is made whether the deployments that a plan goes back to are there. */
import type { Plan } from '../stacks/plan.ts';
import type { Problem } from '../stacks/problems.ts';
import { type CloudflareApi, cloudflareFrom } from './api.ts';
import { type Foresight, foresee } from './foresight.ts';
import { allOfBranch, type Site } from './site-deployments.ts';

/** No request where no chat is gone back with. */
export async function askPinnedDeployments(
  { cloudflare, projects }: Plan,
  environment: NodeJS.ProcessEnv,
): Promise<Foresight> {
  const pinned = projects.flatMap(({ name: project, sites }) =>
    sites.flatMap(({ name, pinned: chats = [] }) => chats.map((one) => ({ ...one, project, name }))),
  );
  if (!cloudflare || pinned.length === 0) return { kind: 'fine' };
  const { accountId } = cloudflare;
  return await foresee(
    async () => {
      const api = cloudflareFrom(environment);
      const asked = pinned.map(async ({ project, name, chat, deployment }): Promise<Problem[]> => {
        if (await isThere(api, { accountId, name }, chat, deployment)) return [];
        const message = `chat '${chat}' has no deployment '${deployment}' in the Pages project '${name}': expected one that \`npm run site -- list ${name} --branch ${chat}\` shows`;
        return [{ path: `codeb.projects.${project}.chats`, message }];
      });
      return (await Promise.all(asked)).flat();
    },
    (reason) =>
      `whether the deployments that chats go back to are there is not known (${reason}); the names of one that is not lead nowhere`,
  );
}

/** One of another chat would show that one's site. */
async function isThere(api: CloudflareApi, site: Site, chat: string, shortId: string): Promise<boolean> {
  for await (const { short_id } of allOfBranch(api, site, chat)) if (short_id === shortId) return true;
  return false;
}
