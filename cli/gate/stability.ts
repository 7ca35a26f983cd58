/** Whether a branch can be relied on. Source: PaintShare's operations plan, 2.3: "build unstable, tests flaky again". */
import { go, type Judgement, noGo } from './judgement.ts';
import { hasFailed, type Run } from './runs.ts';

/** A week has enough runs to see a pattern, and what was flaky before it may be mended. */
export const lookedBackDays = 7;
/** One flaky run may be the runner's fault; a second one is not chance any more. */
const flakyRuns = 2;
/** One failure is mended by the next commit; after two nobody knows whether the third run passed by luck. */
const failuresInARow = 2;

/** @param runs the newest first */
export function judgeStability(runs: readonly Run[], branch: string, commit: string): Judgement {
  const flaky = runs.filter(({ isFlaky }) => isFlaky);
  const told = flaky.map((run) => `${nameOf(run)} passed only at attempt ${run.run_attempt}: ${run.html_url}`);
  const failed = [...Map.groupBy(runs, ({ workflow_id }) => workflow_id).values()].flatMap((own) => {
    const before = finishedBefore(own, commit).slice(0, failuresInARow);
    if (before.length < failuresInARow || !before.every(hasFailed)) return [];
    return [`the last ${failuresInARow} runs before this commit failed: ${before.map(addressOf).join(', ')}`];
  });
  const isFlaky = flaky.length >= flakyRuns;
  if (isFlaky || failed.length > 0) return noGo(...(isFlaky ? told : []), ...failed);
  return go(`${runs.length} runs on ${branch} in ${lookedBackDays} days, ${flaky.length} of them flaky`, ...told);
}

/** Of one workflow. What was cancelled or skipped tells nothing. */
function finishedBefore(runs: readonly Run[], commit: string): Run[] {
  const first = runs.findLast(({ head_sha }) => head_sha === commit);
  return runs
    .filter((run) => run.head_sha !== commit && (!first || Date.parse(run.created_at) <= Date.parse(first.created_at)))
    .filter((run) => run.conclusion === 'success' || hasFailed(run));
}

function nameOf({ name, path, run_number }: Run): string {
  return `${name ?? path} #${run_number}`;
}

function addressOf(run: Run): string {
  return `${nameOf(run)} ${run.html_url}`;
}
