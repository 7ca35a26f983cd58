import { randomBytes } from 'node:crypto';
import type { Properties } from '../../provider/property-values.ts';

/** A name of its own for what the program gives none: `{name}-{7 digits}`, as Pulumi makes them. */
export function named(inputs: Properties, before: Properties, name: string): Properties {
  if (inputs.name !== undefined) return inputs;
  return { ...inputs, name: before.name ?? `${name}-${randomBytes(4).toString('hex').slice(0, 7)}` };
}

/** A name is taken as long as the old one is there. */
export function keepsName(before: Properties, after: Properties): boolean {
  return before.name !== undefined && before.name === after.name;
}

/** `[{label, value}]`, as the program has them, and as the engine has them. */
export function labelMap(labels: readonly { label: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}
