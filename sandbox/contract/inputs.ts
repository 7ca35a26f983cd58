/** Small questions to a resource's inputs. */
import { isObject, type Properties, unknown, type Value } from '../../provider/property-values.ts';
import type { Problem } from './check.ts';

/** @throws Error for an input that the check should have asked for. */
export function text(inputs: Properties, name: string): string {
  const value = inputs[name];
  if (typeof value === 'string') return value;
  throw new Error(`${name} has to be a string`);
}

export function required(inputs: Properties, ...names: string[]): Problem[] {
  return names
    .filter((name) => (inputs[name] ?? null) === null)
    .map((property) => ({ property, reason: 'is required and missing' }));
}

/** Nothing for a value that is left out or not known yet. */
export function oneOf(property: string, value: Value | undefined, names: readonly string[]): Problem[] {
  if (value === undefined || value === null || value === unknown) return [];
  const isOne = typeof value === 'string' && names.some((name) => name.toLowerCase() === value.toLowerCase());
  return isOne ? [] : [{ property, reason: `has to be one of ${names.join(', ')}` }];
}

export function objectAt(value: Value | undefined, ...path: string[]): Properties {
  const found = path.reduce<Value | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
  return isObject(found) ? found : {};
}
