/** Every problem of a stack's secrets, those beside a value of the wrong form included, and what of them can be read. */
import { z } from 'zod';
import type { Plan } from '../../stacks/plan.ts';
import type { Problem } from '../../stacks/problems.ts';
import { parseSecrets, type Secrets, secretVariables } from '../../stacks/secrets.ts';
import type { GivenSecrets } from '../../stacks/settings.ts';
import { namesIn, nothingPlanned } from './plannable.ts';

const none: GivenSecrets = { credentials: undefined, variables: undefined, fingerprintKey: undefined };
const values = z.record(z.string(), z.record(z.string(), z.unknown()).catch({})).catch({});
const single = ['credentials', 'fingerprintKey', 'passwordKey'] as const;

export function lookAtSecrets(plan: Plan, given: GivenSecrets): { problems: Problem[]; secrets: Secrets } {
  const whole = parseSecrets(plan, given);
  if (whole.kind === 'ok') return { problems: [], secrets: whole.secrets };
  const anyServer = {
    ...nothingPlanned,
    known: { projects: [], servers: namesIn(given.credentials) },
  };
  const malformed = single.filter((key) => parseSecrets(anyServer, { ...none, [key]: given[key] }).kind === 'refused');
  const variables = readable(given.variables);
  const withoutThem = Object.fromEntries(malformed.map((key) => [key, undefined]));
  const rest: GivenSecrets = { ...given, variables, ...withoutThem };
  const beside = parseSecrets(plan, rest);
  // What was left out for its form is missing for that alone.
  const named = [...whole.problems.map(({ path }) => path), ...malformed.map((key) => `codeb.${key}`)];
  const more = beside.kind === 'ok' ? [] : beside.problems;
  return {
    problems: [
      ...whole.problems,
      ...more.filter(({ path }) => !named.some((one) => isIn(one, path) || isIn(path, one))),
    ],
    secrets: { credentials: {}, variables, fingerprintKey: z.string().catch('').parse(rest.fingerprintKey) },
  };
}

function isIn(path: string, place: string): boolean {
  return `${path}.`.startsWith(`${place}.`);
}

/** The values that have the right form. */
function readable(given: unknown): Secrets['variables'] {
  const found: Secrets['variables'] = {};
  for (const [project, all] of Object.entries(values.parse(given ?? {}))) {
    for (const [name, value] of Object.entries(all)) {
      const alone = secretVariables.safeParse({ [project]: { [name]: value } });
      if (alone.success) found[project] = { ...found[project], ...alone.data[project] };
    }
  }
  return found;
}
