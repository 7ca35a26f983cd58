/** What is wrong with an input: where, and what would be right. */
import type { z } from 'zod';

export interface Problem {
  /** For instance `projects.celly-creative.services.app.port`. */
  path: string;
  message: string;
}

export function describe({ path, message }: Problem): string {
  return `${path}: ${message}`;
}

/**
 * zod's issues, one problem each, every unknown key on its own.
 *
 * @param root what their paths begin with, if with anything else than their own
 */
export function problemsOf(issues: readonly z.core.$ZodIssue[], root?: string): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = [...(root === undefined ? [] : [root]), ...issue.path.map(String)].join('.');
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'unknown key' }));
      case 'invalid_key':
        return issue.issues.map(({ message }) => ({ path, message }));
      case 'invalid_union':
        return [{ path, message: ('options' in issue && alternatives(issue.options)) || issue.message }];
      default:
        return [{ path, message: issue.message }];
    }
  });
}

/** @throws Error that tells every problem of a value */
export function parsedBy<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(problemsOf(parsed.error.issues).map(describe).join('; '));
}

/** Undefined for a union that no single key decides. */
function alternatives(options: readonly unknown[] | undefined): string | undefined {
  return options && `expected one of ${options.map((one) => `'${String(one)}'`).join(', ')}`;
}
