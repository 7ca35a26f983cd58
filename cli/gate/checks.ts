/** What has run for a commit: check runs, which GitHub Actions makes, and commit statuses, which others set. */
import { z } from 'zod';
import { GithubError } from '../preview-comment/github-error.ts';
import type { GithubRest } from '../preview-comment/github-rest.ts';

export interface Check {
  name: string;
  state: 'passed' | 'skipped' | 'running' | 'failed';
  /** GitHub's own word: `in_progress`, `timed_out`. */
  says: string;
  url: string | undefined;
}

/** Source: https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference */
const checkRuns = z
  .object({
    check_runs: z.array(
      z.object({
        name: z.string(),
        status: z.string(),
        conclusion: z.string().nullable(),
        html_url: z.string().nullish(),
      }),
    ),
  })
  .transform(({ check_runs }) =>
    check_runs.map(({ name, status, conclusion, html_url }): Check => {
      const state = conclusion === null ? 'running' : stateOf(conclusion);
      return { name, state, says: conclusion ?? status, url: html_url ?? undefined };
    }),
  );

/** The latest of each context. Source: https://docs.github.com/en/rest/commits/statuses */
const statuses = z
  .object({
    statuses: z.array(z.object({ context: z.string(), state: z.string(), target_url: z.string().nullish() })),
  })
  .transform((page) =>
    page.statuses.map(({ context: name, state: says, target_url }): Check => {
      const state = says === 'pending' ? 'running' : stateOf(says);
      return { name, state, says, url: target_url ?? undefined };
    }),
  );

/** A conclusion that is not known here is no success. */
function stateOf(conclusion: string): Check['state'] {
  if (conclusion === 'success') return 'passed';
  return conclusion === 'skipped' || conclusion === 'neutral' ? 'skipped' : 'failed';
}

/** @throws Error where GitHub does not tell */
export async function checksOf(github: GithubRest, repository: string, commit: string): Promise<Check[]> {
  const path = `/repos/${repository}/commits/${commit}`;
  const [runs, others] = await Promise.all([
    github.list(`${path}/check-runs`, checkRuns, { filter: 'latest' }).catch(explained),
    github.list(`${path}/status`, statuses),
  ]);
  return [...runs, ...others];
}

/** Source: https://github.com/orgs/community/discussions/129512 */
function explained(error: unknown): never {
  if (!(error instanceof GithubError) || error.status !== 403) throw error;
  throw new Error(`${error.message} (no fine-grained personal token can read the checks of a private repository)`);
}
