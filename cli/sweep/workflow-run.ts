/** Runs of this repository's workflows, each known by the name that `.github/actions/engine` gives its machine. */
import { z } from 'zod';
import { githubFrom } from './github.ts';

/** One attempt of a run. */
export interface WorkflowRun {
  readonly id: string;
  readonly attempt: string;
}

/** What a token that may read this repository's actions is asked with. */
const access = z.object({
  GITHUB_API_URL: z.url(),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  RUNS_GITHUB_TOKEN: z.string().min(1),
});

/** Source: https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run-attempt */
const attempt = z.object({ status: z.string() });

/** `codeb-run-{id}-{attempt}`; undefined for any other machine. */
export function runOn(machine: string): WorkflowRun | undefined {
  const [, id, number] = /^codeb-run-(\d+)-(\d+)$/.exec(machine) ?? [];
  return id === undefined || number === undefined ? undefined : { id, attempt: number };
}

/** Not where GitHub does not tell: without a token, for a run that was deleted. */
export async function hasEnded(run: WorkflowRun): Promise<boolean> {
  const found = access.safeParse(process.env).data;
  if (!found) return false;
  const { GITHUB_API_URL, GITHUB_REPOSITORY: repository, RUNS_GITHUB_TOKEN: GITHUB_TOKEN } = found;
  const github = githubFrom({ GITHUB_API_URL, GITHUB_TOKEN });
  const path = `/repos/${repository}/actions/runs/${run.id}/attempts/${run.attempt}`;
  return await github.request('GET', path).then(
    ({ body }) => attempt.parse(body).status === 'completed',
    () => false,
  );
}
