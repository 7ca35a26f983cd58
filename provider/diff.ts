/** Which inputs changed. The engine itself shows what changed inside of them. */
import { isDeepStrictEqual } from 'node:util';
import { type Properties, plain } from './property-values.ts';

export function changedKeys(before: Properties, after: Properties): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(plain(before[key] ?? null), plain(after[key] ?? null))).sort();
}
