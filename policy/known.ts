import { UnknownValueError } from '@pulumi/policy';

/**
 * A copy of a resource's properties without those that a preview does not know yet. Asked for directly, one of them
 * would end the whole rule, and what the preview does know would go unchecked.
 */
export function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((_, index) => known(itemOf(value, index)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value).flatMap((key) => {
      const inner = known(itemOf(value, key));
      return inner === undefined ? [] : [[key, inner]];
    }),
  );
}

function itemOf(value: object, key: string | number): unknown {
  try {
    return Reflect.get(value, key);
  } catch (error) {
    if (error instanceof UnknownValueError) return undefined;
    throw error;
  }
}
