/** Values that another stack has as well, in another place than its own. */
import { type Fingerprints, reused } from '../../stacks/fingerprints.ts';
import { stageName } from '../../stacks/names.ts';
import type { Plan } from '../../stacks/plan.ts';
import type { Problem } from '../../stacks/problems.ts';

/** What another stack exports. */
export interface OtherStack {
  /** Without them nothing of it can be compared. */
  fingerprints?: Fingerprints;
  /** By project: `production`, `pr-12`. */
  stages: Record<string, string[]>;
}

export function usedTwice(plan: Plan, own: Fingerprints, others: Record<string, OtherStack>): Problem[] {
  return Object.entries(own).flatMap(([project, variables]) =>
    Object.entries(variables).flatMap(([name, one]) => {
      const elsewhere = Object.entries(others).map(([stack, other]): [string, Fingerprints] => [
        stack,
        isSamePlace(plan, project, other) ? without(other.fingerprints, project, name) : (other.fingerprints ?? {}),
      ]);
      return reused({ [project]: { [name]: one } }, Object.fromEntries(elsewhere));
    }),
  );
}

/**
 * A project's own stack and those of its chats (`only: chats`) deliver one variable. Previews are copies of the stack
 * `preview`, with what it has for projects that they do not run as well.
 */
function isSamePlace({ stage: { environment }, projects }: Plan, project: string, { stages }: OtherStack): boolean {
  if (environment === 'preview') {
    const all = Object.values(stages).flat();
    return all.length > 0 && all.every((stage) => stage.startsWith('pr-'));
  }
  const stage = projects.find(({ name }) => name === project)?.stage;
  return stage !== undefined && (stages[project]?.includes(stageName(stage)) ?? false);
}

function without(fingerprints: Fingerprints = {}, project: string, variable: string): Fingerprints {
  const { [variable]: _, ...rest } = fingerprints[project] ?? {};
  return { ...fingerprints, [project]: rest };
}
