import { type Plan, plan } from '../../stacks/plan.ts';
import { describe } from '../../stacks/problems.ts';

/** The plan of inputs that have to be right. */
export function planned(given: Parameters<typeof plan>[0]): Plan {
  const result = plan(given);
  if (result.kind === 'refused') throw new Error(result.problems.map(describe).join('\n'));
  return result.plan;
}

/** The problems of inputs that have to be wrong, a line each. */
export function problems(given: Parameters<typeof plan>[0]): string[] {
  const result = plan(given);
  if (result.kind === 'ok') throw new Error('the plan was not refused');
  return result.problems.map(describe);
}
