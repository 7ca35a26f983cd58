/** Values that another stack has as well, in another place than its own. */
import { type Fingerprints, reused } from '../../stacks/fingerprints.ts';
import { stageName } from '../../stacks/names.ts';
import type { Plan } from '../../stacks/plan.ts';
import type { Problem } from '../../stacks/problems.ts';

/** What another stack exports. */
export interface OtherStack {
  fingerprints: Fingerprints;
  /** By project: `production`, `pr-12`. */
  stages: Record<string, string[]>;
}

export function usedTwice({ projects }: Plan, own: Fingerprints, others: Record<string, OtherStack>): Problem[] {
  return Object.entries(own).flatMap(([project, variables]) => {
    const stage = projects.find(({ name }) => name === project)?.stage;
    return Object.entries(variables).flatMap(([name, one]) => {
      const elsewhere = Object.entries(others).map(([stack, other]): [string, Fingerprints] => {
        const isShared = stage !== undefined && other.stages[project]?.includes(stageName(stage));
        return [stack, isShared ? without(other.fingerprints, project, name) : other.fingerprints];
      });
      return reused({ [project]: { [name]: one } }, Object.fromEntries(elsewhere));
    });
  });
}

/** A project's own stack and those of its chats (`only: chats`) deliver one variable: all of them are its place. */
function without(fingerprints: Fingerprints, project: string, variable: string): Fingerprints {
  const { [variable]: _, ...rest } = fingerprints[project] ?? {};
  return { ...fingerprints, [project]: rest };
}
