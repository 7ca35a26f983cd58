/** Runs of workflows on a branch. */
import { z } from 'zod';
import type { GithubRest } from '../preview-comment/github-rest.ts';

/** Source: https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository */
const run = z.object({
  id: z.int(),
  name: z.string().nullish(),
  path: z.string(),
  workflow_id: z.int(),
  run_number: z.int(),
  run_attempt: z.int().default(1),
  event: z.string(),
  head_sha: z.string(),
  conclusion: z.string().nullable(),
  created_at: z.iso.datetime(),
  html_url: z.string(),
});
const runs = z.object({ workflow_runs: z.array(run) }).transform((page) => page.workflow_runs);

export type Run = z.output<typeof run> & {
  /** Whether it passed only after an attempt that failed. */
  isFlaky: boolean;
};

const failures = ['failure', 'timed_out', 'startup_failure'];

export function hasFailed({ conclusion }: { conclusion: string | null }): boolean {
  return conclusion !== null && failures.includes(conclusion);
}

/** Those on the branch itself, the newest first; a pull request's may come from a branch of the same name elsewhere. */
export async function runsOn(github: GithubRest, repository: string, branch: string, since: Date): Promise<Run[]> {
  const path = `/repos/${repository}/actions/runs`;
  const all = await github.list(path, runs, { branch, created: `>=${since.toISOString()}` });
  const own = all
    .filter(({ event }) => !event.startsWith('pull_request'))
    .sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at));
  return await Promise.all(own.map(async (one) => ({ ...one, isFlaky: await isFlaky(github, path, one) })));
}

/** One that had passed and was run again is none. */
async function isFlaky(github: GithubRest, path: string, { id, ...one }: z.output<typeof run>): Promise<boolean> {
  if (one.conclusion !== 'success') return false;
  for (let attempt = one.run_attempt - 1; attempt > 0; attempt -= 1) {
    const { body } = await github.request('GET', `${path}/${id}/attempts/${attempt}`);
    if (hasFailed(run.parse(body))) return true;
  }
  return false;
}
