/** Inputs against a resource's schema, while parts of them may not be known yet. */
import { z } from 'zod';
import {
  hasUnknown,
  isObject,
  markedPropertiesLike,
  type Properties,
  plainProperties,
  type Value,
} from './property-values.ts';

export type Failure = { property: string; reason: string };

function at(value: Value | undefined, path: PropertyKey[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isObject(inner) ? inner[String(key)] : undefined;
  }, value);
}

/** The inputs with the schema's defaults and their secret marks, and every failure at once. */
export function checked(schema: z.ZodType, marked: Properties): { inputs: Properties; failures: Failure[] } {
  const given = plainProperties(marked);
  const result = schema.safeParse(given);
  if (result.success) {
    return { inputs: markedPropertiesLike(marked, z.record(z.string(), z.json()).parse(result.data)), failures: [] };
  }
  const failures = result.error.issues
    .filter(({ path }) => !hasUnknown(at(given, path)))
    .flatMap((issue) => reasonsOf(issue).map((reason) => ({ property: issue.path.join('.'), reason })));
  return { inputs: marked, failures };
}

/** Of a key its own reason, and each unknown one by name. */
function reasonsOf(issue: z.core.$ZodIssue): string[] {
  switch (issue.code) {
    case 'invalid_key':
      return issue.issues.map(({ message }) => message);
    case 'unrecognized_keys':
      return issue.keys.map((key) => `unknown key '${key}'`);
    default:
      return [issue.message];
  }
}
