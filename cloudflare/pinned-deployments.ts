/** Asks Cloudflare before anything is made whether the deployments that a plan goes back to are there. */
import type { Plan } from '../stacks/plan.ts';
import type { Problem } from '../stacks/problems.ts';
import { type CloudflareApi, cloudflareFrom } from './api.ts';
import { type Foresight, foresee } from './foresight.ts';
import { allOfBranch, type Deployment, type Site } from './site-deployments.ts';

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
        const found = await deploymentOf(api, { accountId, name }, chat, deployment);
        if (found && isLive(found)) return [];
        const { name: stage, status } = found?.latest_stage ?? {};
        const state = found
          ? `has deployment '${deployment}' in the Pages project '${name}' with stage '${stage}' in state '${status}', which shows nothing`
          : `has no deployment '${deployment}' in the Pages project '${name}'`;
        const message = `chat '${chat}' ${state}: expected one that \`npm run site -- list ${name} --branch ${chat}\` shows${found ? ' as success' : ''}`;
        return [{ path: `codeb.projects.${project}.chats`, message }];
      });
      return (await Promise.all(asked)).flat();
    },
    (reason) =>
      `whether the deployments that chats go back to are there is not known (${reason}); the names of one that is not lead nowhere`,
  );
}

/** One of another chat would show that one's site. */
async function deploymentOf(api: CloudflareApi, site: Site, chat: string, shortId: string) {
  for await (const one of allOfBranch(api, site, chat)) if (one.short_id === shortId) return one;
  return undefined;
}

/** `deploy` is the last stage: one that failed, was cancelled or still runs has no files that anybody gets. */
function isLive({ latest_stage: { name, status } }: Deployment): boolean {
  return name === 'deploy' && status === 'success';
}
