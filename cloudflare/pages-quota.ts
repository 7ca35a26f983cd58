/** Asks Cloudflare before anything is made whether a plan's sites fit into its account. */
import { z } from 'zod';
import { accountProblems, fitsBeside } from '../stacks/pages-quota.ts';
import type { Plan } from '../stacks/plan.ts';
import { cloudflareFrom } from './api.ts';
import { type Foresight, foresee } from './foresight.ts';

const names = z.array(z.object({ name: z.string() }).transform(({ name }) => name));

/** One request where there is room in any case, none where the plan has no site. */
export async function askPagesQuota(plan: Plan, environment: NodeJS.ProcessEnv): Promise<Foresight> {
  const { cloudflare, projects } = plan;
  if (!cloudflare || projects.every(({ sites }) => sites.length === 0)) return { kind: 'fine' };
  const path = `/accounts/${cloudflare.accountId}/pages/projects`;
  return await foresee(
    async () => {
      const api = cloudflareFrom(environment);
      if (fitsBeside(plan, await api.count(path))) return [];
      return accountProblems(plan, new Set(await api.list(path, names)));
    },
    (reason) =>
      `how many Pages projects the account has is not known (${reason}); one more than it takes is refused by Cloudflare itself, when it is made`,
  );
}
