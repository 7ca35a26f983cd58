import { z } from 'zod';
import { slugOf } from '../stacks/names.ts';

const outputs = z.object({ projects: z.record(z.string(), z.unknown()).default({}) });

/** Slugs that the stack has and that are not of this pull request of this project. */
export function strangers(answer: unknown, project: string, pullRequest: number): string[] {
  const own = slugOf(project, { environment: 'preview', pullRequest });
  return Object.keys(outputs.parse(answer).projects).filter((slug) => slug !== own);
}
