/** Asks Cloudflare before anything is made whether a plan's sites fit into its account. */
import { z } from 'zod';
import { accountProblems, fitsBeside } from '../stacks/pages-quota.ts';
import type { Plan } from '../stacks/plan.ts';
import type { Problem } from '../stacks/problems.ts';
import { cloudflareFrom } from './api.ts';

export type Quota =
  | { readonly kind: 'kept' }
  | { readonly kind: 'passed'; readonly problems: Problem[] }
  /** Cloudflare could not be asked. */
  | { readonly kind: 'unknown'; readonly reason: string };

const names = z.array(z.object({ name: z.string() }).transform(({ name }) => name));

/** One request where there is room in any case, none where the plan has no site. */
export async function askPagesQuota(plan: Plan, environment: NodeJS.ProcessEnv): Promise<Quota> {
  const { cloudflare, projects } = plan;
  if (!cloudflare || projects.every(({ sites }) => sites.length === 0)) return { kind: 'kept' };
  const path = `/accounts/${cloudflare.accountId}/pages/projects`;
  try {
    const api = cloudflareFrom(environment);
    if (fitsBeside(plan, await api.count(path))) return { kind: 'kept' };
    const problems = accountProblems(plan, new Set(await api.list(path, names)));
    return problems.length > 0 ? { kind: 'passed', problems } : { kind: 'kept' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unknown', reason: reason.replaceAll(/\s+/g, ' ') };
  }
}
