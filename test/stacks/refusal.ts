/** A mistake, and all that the plan says of it. */
import { describe, expect, test } from 'vitest';
import { project, settings } from './inputs.ts';
import { problems } from './planned.ts';

export interface Refusal {
  name: string;
  /** Right ones where not given. */
  settings?: Record<string, unknown>;
  projects?: unknown[];
  says: string[];
}

export function describeRefusals(title: string, refusals: readonly Refusal[]): void {
  describe(title, () => {
    test.each(refusals)('$name', ({ settings: given = settings(), projects = [project('shop')], says }) => {
      expect(problems({ settings: given, projects })).toEqual(says);
    });
  });
}
