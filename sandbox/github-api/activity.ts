/** What has run for a repository's commits, as it stands in the state: check runs, commit statuses, runs of workflows. */
import { z } from 'zod';

const id = z.int().positive();
const time = z.iso.datetime();
const sha = z.string().regex(/^[0-9a-f]{40}$/, 'expected a whole SHA-1');

const unfinished = ['queued', 'in_progress', 'waiting', 'requested', 'pending'] as const;
const conclusions = [
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
  'stale',
  'startup_failure',
] as const;
/** How far it is; once it is completed, how it ended. https://docs.github.com/en/rest/checks/runs */
const outcome = z.enum([...unfinished, ...conclusions]);

export const branch = z.strictObject({ id, name: z.string().min(1), sha });

export const checkRun = z.strictObject({ id, sha, name: z.string().min(1), outcome, started_at: time });

export const commitStatus = z.strictObject({
  id,
  sha,
  context: z.string().min(1),
  state: z.enum(['error', 'failure', 'pending', 'success']),
  description: z.string().nullable().default(null),
  target_url: z.url().nullable().default(null),
  created_at: time,
});

export const workflowRun = z.strictObject({
  id,
  /** Name of its workflow. */
  workflow: z.string().min(1),
  run_number: id,
  branch: z.string(),
  sha,
  event: z.string().default('push'),
  /** How each attempt ended; the last one may go on still. */
  attempts: z.array(outcome).min(1),
  created_at: time,
});

/** All of it, of one repository. */
export const activity = {
  branches: z.array(branch).default([]),
  check_runs: z.array(checkRun).default([]),
  statuses: z.array(commitStatus).default([]),
  workflow_runs: z.array(workflowRun).default([]),
};

export type Outcome = z.output<typeof outcome>;
export type CheckRun = z.output<typeof checkRun>;
export type CommitStatus = z.output<typeof commitStatus>;
export type WorkflowRun = z.output<typeof workflowRun>;

/** As GitHub tells it, in two fields. */
export function progressOf(outcome: Outcome): { status: string; conclusion: string | null } {
  const isUnfinished = unfinished.some((one) => one === outcome);
  return isUnfinished ? { status: outcome, conclusion: null } : { status: 'completed', conclusion: outcome };
}
