import type { ProjectSpec } from '../stacks/project.ts';

/** `owner/name` on github.com, as the project's file has it; undefined where it names none there. */
export function repositoryOf({ repository = '' }: Pick<ProjectSpec, 'repository'>): string | undefined {
  return /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)$/.exec(repository)?.[1];
}
