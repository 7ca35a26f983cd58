/** Tells whether two secrets are one, also across stacks, without telling what they are. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { environments } from './environments.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problems.ts';
import type { Secrets } from './secrets.ts';

/** What a stack exports of each secret variable. */
export const fingerprints = z.record(
  z.string(),
  z.record(z.string(), z.object({ fingerprint: z.string(), since: z.iso.date().optional() })),
);

export type Fingerprints = z.output<typeof fingerprints>;

/** Keyed, so that nobody without the key can try values out: RFC 2104. */
export function fingerprint(value: string, key: string): string {
  return createHmac('sha256', key).update(value).digest('hex').slice(0, 32);
}

export function fingerprintsOf({ variables, fingerprintKey }: Secrets): Fingerprints {
  return Object.fromEntries(
    Object.entries(variables).map(([project, all]) => [
      project,
      Object.fromEntries(
        Object.entries(all).map(([name, { value, since }]) => [
          name,
          { fingerprint: fingerprint(value, fingerprintKey), ...(since !== undefined && { since }) },
        ]),
      ),
    ]),
  );
}

/** Values that another stack has as well. */
export function reused(own: Fingerprints, others: Record<string, Fingerprints>): Problem[] {
  const holders = new Map<string, string>();
  for (const [stack, projects] of Object.entries(others)) {
    for (const [project, all] of Object.entries(projects)) {
      for (const [name, one] of Object.entries(all))
        holders.set(one.fingerprint, `${project}.${name} of stack '${stack}'`);
    }
  }
  return Object.entries(own).flatMap(([project, all]) =>
    Object.entries(all).flatMap(([name, one]) => {
      const holder = holders.get(one.fingerprint);
      const path = `codeb.variables.${project}.${name}`;
      return holder === undefined ? [] : [{ path, message: `has the same value as ${holder}: each has its own` }];
    }),
  );
}

const day = 24 * 3600 * 1000;

/** Whole days that a value is in use; both are days as in RFC 3339. */
export function ageOf(since: string, today: string): number {
  return Math.floor((Date.parse(today) - Date.parse(since)) / day);
}

/** Values in use for longer than their declaration allows, or nobody knows how long. `today` is a day as in RFC 3339. */
export function overAge({ projects, stage }: Plan, own: Fingerprints, today: string): Problem[] {
  if (!environments[stage.environment].rotation) return [];
  return projects.flatMap(({ name, variables }) =>
    variables.flatMap((variable): Problem[] => {
      const found = own[name]?.[variable.name];
      if (variable.kind !== 'secret' || !found) return [];
      const path = `codeb.variables.${name}.${variable.name}`;
      if (found.since === undefined) {
        return [{ path, message: `nobody knows its age: expected '${path}.since', a day such as ${today}` }];
      }
      const age = ageOf(found.since, today);
      if (age < 0) return [{ path, message: `is in use since ${found.since}, a day to come` }];
      if (age <= variable.rotateDays) return [];
      return [{ path, message: `is ${age} days old; it is to be changed after ${variable.rotateDays}` }];
    }),
  );
}
