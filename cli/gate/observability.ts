/** Whether it will be seen when a project breaks: its errors go somewhere, somebody is told, its apps can be asked. */
import { observability } from '../../stacks/observability.ts';
import type { PlannedProject } from '../../stacks/planned-project.ts';
import type { PlannedVariable } from '../../stacks/variables.ts';
import { go, type Judgement, noGo, together, unknown } from './judgement.ts';

type Observed = Pick<PlannedProject, 'variables' | 'pod'>;

/** @param given names of the secret variables that have a value */
export function judgeObservability({ variables, pod }: Observed, given: readonly string[]): Judgement {
  const declared = variables.filter(({ name }) =>
    Object.values(observability)
      .flat()
      .some((one) => one === name),
  );
  if (!pod && declared.length === 0) return go('nothing of it runs on a server');
  const paths = (pod?.apps ?? []).map(({ name, health }) => `${name} at ${health.path}`);
  return together([
    ...Object.entries(observability).map(([what, names]) =>
      judgeOne({ what, names, declared: declared.filter(({ name }) => names.some((one) => one === name)), given }),
    ),
    ...(paths.length > 0 ? [go(`health is asked of ${paths.join(', ')}`)] : []),
  ]);
}

interface One {
  what: string;
  names: readonly string[];
  declared: readonly PlannedVariable[];
  given: readonly string[];
}

function judgeOne({ what, names, declared, given }: One): Judgement {
  if (declared.length === 0) return unknown(`${what}: the project declares none of ${names.join(', ')}`);
  const hasValue = (one: PlannedVariable) => (one.kind === 'secret' ? given.includes(one.name) : one.value !== '');
  const empty = declared.filter((one) => !hasValue(one));
  const needed = empty.filter((one) => one.kind !== 'secret' || one.required);
  if (needed.length > 0) return noGo(...needed.map(({ name }) => `${what}: ${name} is declared and has no value here`));
  const set = declared.filter(hasValue).map(({ name }) => name);
  if (set.length > 0) return go(`${what}: ${set.join(', ')}`);
  return unknown(`${what}: ${empty.map(({ name }) => name).join(', ')} is optional here and has no value`);
}
