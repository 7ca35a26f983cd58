/** Two documents of JSON, property by property. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';

export type Json = z.output<ReturnType<typeof z.json>>;
type JsonMap = Record<string, Json>;

export interface Difference {
  /** As Pulumi writes it: `units["shop.pod"].content`, `addresses[1]`. */
  readonly path: string;
  /** Undefined where there was, or will be, nothing. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Lists are compared place by place. */
export function compared(before: Json | undefined, after: Json | undefined, path = ''): Difference[] {
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

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^\w+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
