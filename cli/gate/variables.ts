/** Whether all of a project's secrets are there, in their place, young enough and its own. */
import { describe, type Problem } from '../../stacks/problems.ts';
import { go, type Judgement, noGo } from './judgement.ts';

/**
 * What of a stack's problems is one project's: what is wrong with another is that one's affair, what is of none concerns
 * each.
 *
 * @param projects all names
 */
export function ownProblems(project: string, problems: readonly Problem[], projects: readonly string[]): Problem[] {
  const others = projects.filter((name) => name !== project);
  return problems.filter(({ path }) => !others.some((name) => isOf(name, path)));
}

/** @param problem one of this project's own, as above, or of none's */
export function isOfStack({ path }: Problem, project: string): boolean {
  return !isOf(project, path);
}

function isOf(project: string, path: string): boolean {
  const places = [`projects.${project}`, `codeb.projects.${project}`, `codeb.variables.${project}`];
  return places.some((place) => `${path}.`.startsWith(`${place}.`));
}

/** @param problems preflight's of this project */
export function judgeVariables(problems: readonly Problem[]): Judgement {
  if (problems.length > 0) return noGo(...problems.map(describe));
  return go('none is missing, misplaced, too old or used twice');
}
