/** The secret values of the stack that is looked at. */
import { configurationOf } from './configuration.ts';

export interface StackSecret {
  /** For instance `codeb:variables.shop.API_KEY`. */
  readonly path: string;
  readonly value: string;
}

/** Shorter values are found by chance in anything. */
const shortest = 8;

/** Keys of the configuration that hold secrets: this program's own, and those of providers by their name. */
const secretKeys = /^codeb:(credentials|variables|fingerprintKey)$|(token|password|secret|key)$/i;

/** Days are no secret: stacks/secrets.ts, `since`. */
const plainKeys = ['since'];

/** @param config `PULUMI_CONFIG` of a policy pack */
export function stackSecrets(config: string | undefined): StackSecret[] {
  return Object.entries(configurationOf(config))
    .filter(([key]) => secretKeys.test(key))
    .flatMap(([key, value]) => leaves(key, parsed(value)))
    .filter(({ value }) => value.length >= shortest);
}

function leaves(path: string, value: unknown): StackSecret[] {
  if (typeof value === 'string') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    plainKeys.includes(key) ? [] : leaves(`${path}.${key}`, inner),
  );
}

/** An object comes as JSON. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === 'object' ? inner : value;
  } catch {
    return value;
  }
}
