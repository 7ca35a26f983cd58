/** What changes inside of a resource, property by property. */
import { isDeepStrictEqual } from 'node:util';
import { hidden, type Inputs, type Json, type Step } from './preview.ts';

export interface Difference {
  /** As Pulumi writes it: `units["shop.pod"].content`, `addresses[1]`. */
  readonly path: string;
  /** Undefined where there was, or will be, nothing. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/**
 * The inputs that differ. What the engine says differs, and no visible value shows, is a secret or an output: it is
 * there without a value, rather one too many than one too few.
 */
export function differencesOf({ oldState, newState, diffReasons, detailedDiff }: Step): Difference[] {
  const [before, after] = [oldState?.inputs ?? {}, newState?.inputs ?? {}];
  const seen = compared(before, after, '');
  const told = detailedDiff ? Object.keys(detailedDiff) : diffReasons.flatMap((key) => unseen(key, before, after));
  const untold = told.filter((path) => !seen.some((one) => isWithin(one.path, path) || isWithin(path, one.path)));
  return [...seen, ...untold.map((path) => ({ path, before: hidden, after: hidden }))];
}

/** What of a key that differs may be the reason, when the values do not show it. */
function unseen(key: string, before: Inputs, after: Inputs): string[] {
  const path = below('', key);
  const secrets = secretPaths(after[key] ?? before[key], path);
  return secrets.length > 0 ? secrets : [path];
}

function compared(before: Json | undefined, after: Json | undefined, path: string): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  const keys = commonKeys(before, after) ?? innerKeys(before, after);
  if (keys === undefined) return [{ path, before, after }];
  return keys.flatMap(([key, old, now]) => compared(old, now, below(path, key)));
}

type Entry = [key: string | number, before: Json | undefined, after: Json | undefined];

/** Undefined unless both are lists or both are maps. */
function commonKeys(before: Json | undefined, after: Json | undefined): Entry[] | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    const longer = before.length > after.length ? before : after;
    return longer.map((_, index) => [index, before[index], after[index]]);
  }
  if (!isMap(before) || !isMap(after)) return undefined;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.map((key) => [key, before[key], after[key]]);
}

/** A map that comes or goes is told by what is in it; an empty one by itself. */
function innerKeys(before: Json | undefined, after: Json | undefined): Entry[] | undefined {
  const one = before === undefined ? after : after === undefined ? before : undefined;
  if (!isMap(one) || Object.keys(one).length === 0) return undefined;
  return commonKeys(before ?? {}, after ?? {});
}

function isMap(value: Json | undefined): value is Inputs {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function secretPaths(value: Json | undefined, path: string): string[] {
  if (value === hidden) return [path];
  if (Array.isArray(value)) return value.flatMap((inner, index) => secretPaths(inner, below(path, index)));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretPaths(inner, below(path, key)));
}

function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^\w+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
