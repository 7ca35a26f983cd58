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

/** zod's issues, one problem each, every unknown key on its own. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], root: string): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = [root, ...issue.path.map(String)].join('.');
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'unknown key' }));
      case 'invalid_key':
        return issue.issues.map(({ message }) => ({ path, message }));
      default:
        return [{ path, message: issue.message }];
    }
  });
}
