/** Which differences of two sets of inputs are none, as the official plugin's schema has them. */
import { changedKeys } from '../../provider/diff.ts';
import type { Properties, Value } from '../../provider/property-values.ts';

export interface Settings {
  /** What an input that is not given counts as. */
  readonly defaults: Properties;
  /** Inputs that keep what they were when they are no longer given: the engine has an answer of its own. */
  readonly kept: readonly string[];
  /** Lists whose order says nothing. */
  readonly sets: readonly string[];
}

export function changedSettings({ defaults, kept, sets }: Settings, before: Properties, after: Properties): string[] {
  const staying = kept.filter((key) => before[key] !== undefined && after[key] === undefined);
  const stays = Object.fromEntries(staying.map((key) => [key, before[key] ?? null]));
  const whole = (values: Properties) => {
    const all = Object.entries({ ...defaults, ...values });
    return Object.fromEntries(all.map(([key, value]) => [key, sets.includes(key) ? sorted(value) : value]));
  };
  return changedKeys(whole(before), whole({ ...stays, ...after }));
}

function sorted(value: Value): Value {
  if (!Array.isArray(value)) return value;
  return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
