/** What is wrong with a stack's secrets, all at once: what is wrong in one place hides nothing of another. */
import { ageOf, type Fingerprints, fingerprintsOf, overAge } from '../../stacks/fingerprints.ts';
import { misnamed } from '../../stacks/namespace.ts';
import type { Plan } from '../../stacks/plan.ts';
import type { Problem } from '../../stacks/problems.ts';
import type { Secrets } from '../../stacks/secrets.ts';
import { secretsOf, settingsOf } from '../../stacks/settings.ts';
import { lookAtPlan, type Plannable } from './plannable.ts';
import { lookAtSecrets } from './readable.ts';
import { type OtherStack, usedTwice } from './used-twice.ts';

export interface Findings {
  problems: Problem[];
  ages: { variable: string; since: string; days: number | undefined; atMost: number }[];
  /** Stacks that do not tell what secrets they have. */
  notCompared: string[];
}

export interface Given {
  /** A stack's configuration, secrets decrypted. */
  config: Record<string, unknown>;
  /** As project files write them. */
  projects: readonly { readonly name: string }[];
  /** What the other stacks export. */
  others: Record<string, OtherStack>;
  /** A day as in RFC 3339. */
  today: string;
}

export interface Looked extends Plannable {
  /** Values of the right form. */
  secrets: Secrets;
}

/** What of a stack can be planned and read, and what is wrong with the rest. */
export function lookAt({ config, projects }: Pick<Given, 'config' | 'projects'>): Looked {
  const planned = lookAtPlan(settingsOf(config), projects);
  const { problems, secrets } = lookAtSecrets(planned.judged, secretsOf(config));
  return { ...planned, problems: [...misnamed(config), ...planned.problems, ...problems], secrets };
}

export function findingsOf({ others, today, ...given }: Given): Findings {
  const { judged, problems, secrets } = lookAt(given);
  const own = fingerprintsOf(secrets);
  return {
    problems: [
      ...problems,
      ...overAge(judged, own, today),
      // Without the key that all stacks have, one value has another fingerprint in each.
      ...(secrets.fingerprintKey === '' ? [] : usedTwice(judged, own, others)),
    ],
    ages: agesOf(judged, own, today),
    notCompared: Object.keys(others).filter((stack) => !others[stack]?.fingerprints),
  };
}

function agesOf({ projects }: Plan, own: Fingerprints, today: string): Findings['ages'] {
  return projects.flatMap(({ name, variables }) =>
    variables.flatMap((variable) => {
      const since = own[name]?.[variable.name]?.since;
      if (variable.kind !== 'secret') return [];
      const days = since === undefined ? undefined : ageOf(since, today);
      return [{ variable: `${name}.${variable.name}`, since: since ?? 'unknown', days, atMost: variable.rotateDays }];
    }),
  );
}
