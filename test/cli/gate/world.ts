/** The hosted projects' repositories as GitHub has them when nothing stands in the way of a deploy. */
import { hostedProjects } from '../../../stacks/projects.ts';

export const sha = '1'.repeat(40);
const minutes = 60_000;

/** ISO 8601 to the second. */
export const ago = (milliseconds: number) => `${new Date(Date.now() - milliseconds).toISOString().slice(0, 19)}Z`;
export const hours = (count: number) => count * 60 * minutes;
export const days = (count: number) => hours(24 * count);

export const check = (name: string, outcome = 'success') => ({ sha, name, outcome });
export const status = (context: string, state = 'success') => ({ sha, context, state });

/** A run of `Quality` on main: the first attempt's conclusion first. */
export const quality = (run_number: number, attempts: string[], changes: Record<string, unknown> = {}) => ({
  ...{ workflow: 'Quality', run_number, branch: 'main', sha: String(run_number).padStart(40, '0'), attempts },
  created_at: ago(hours(100 - run_number)),
  ...changes,
});

export const green = {
  branches: [
    { name: 'main', sha },
    { name: 'develop', sha },
  ],
  check_runs: [
    check('quality / quality'),
    check('quality / forbidden', 'skipped'),
    check('quality / migrations'),
    check('image / push'),
  ],
  statuses: [status('ci/elsewhere')],
  workflow_runs: [quality(1, ['success']), quality(2, ['success'], { sha })],
  issues: [],
};

/** @param changes of the repository of a project, by the project's name */
export function worldWith(changes: Record<string, Record<string, unknown>> = {}) {
  return {
    repositories: hostedProjects.flatMap(({ name: project, repository }) => {
      if (repository === undefined) return [];
      const [owner, name] = new URL(repository).pathname.slice(1).split('/');
      return [{ owner, name, ...green, ...changes[project] }];
    }),
  };
}
