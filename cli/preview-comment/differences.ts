/** What changes inside of a resource, property by property. */
import { below, compared, type Difference, isMap, type Json } from '../compared.ts';
import { hidden, type Inputs, type Step } from './preview.ts';

/**
 * The inputs that differ. What the engine says differs, and no visible value shows, is a secret or an output: it is
 * there without a value, rather one too many than one too few.
 */
export function differencesOf({ oldState, newState, diffReasons, detailedDiff }: Step): Difference[] {
  const [before, after] = [oldState?.inputs ?? {}, newState?.inputs ?? {}];
  const seen = compared(before, after);
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

function secretPaths(value: Json | undefined, path: string): string[] {
  if (value === hidden) return [path];
  if (Array.isArray(value)) return value.flatMap((inner, index) => secretPaths(inner, below(path, index)));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretPaths(inner, below(path, key)));
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
