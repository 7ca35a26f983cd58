import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';

/**
 * What was found, in the program's own words where they mean the same: a default that it does not write down, or a set
 * in another order, is no drift.
 *
 * @param meaning by input; the same for two that mean the same
 */
export function asKnown<Inputs extends object>(
  schema: z.ZodType<Inputs>,
  known: Inputs | undefined,
  found: Inputs,
  meaning: (inputs: Inputs) => object,
): Inputs {
  if (known === undefined) return found;
  const means = (inputs: Inputs) => new Map(Object.entries(meaning(inputs)));
  const [before, after] = [means(known), means(found)];
  const isKept = ([key]: [string, unknown]) => isDeepStrictEqual(before.get(key), after.get(key));
  return schema.parse(
    Object.fromEntries([
      ...Object.entries(known).filter(isKept),
      ...Object.entries(found).filter((one) => !isKept(one)),
    ]),
  );
}
