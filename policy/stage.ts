/**
 * What a stack is, by its name alone: `shop-pr-12` of the hosted project `shop`, `staging`; any other name counts as
 * production.
 */

export type Stage =
  | { readonly kind: 'preview'; readonly project: string; readonly pullRequest: number }
  | { readonly kind: 'staging' }
  | { readonly kind: 'production' };

/** @param projects the hosted ones: a preview is of one of them */
export function stageOf(stack: string, projects: readonly { readonly name: string }[]): Stage {
  const [, project, pullRequest] = /^(.+)-pr-([1-9]\d{0,9})$/.exec(stack) ?? [];
  if (project !== undefined && projects.some(({ name }) => name === project)) {
    return { kind: 'preview', project, pullRequest: Number(pullRequest) };
  }
  return { kind: stack === 'staging' ? 'staging' : 'production' };
}

/** Whether a name is the stage's slug, or of a part of it: `shop-pr-7`, `shop-pr-7-docs`, `shop-shared-pr-7`. */
export function isNamedAfter(stage: Exclude<Stage, { kind: 'production' }>, name: string): boolean {
  if (stage.kind === 'staging') return `${name}-`.includes('-staging-');
  const { project, pullRequest } = stage;
  return [project, `${project}-shared`].some((own) => `${name}-`.startsWith(`${own}-pr-${pullRequest}-`));
}

/** What such a name looks like, for messages. */
export function slugIn(stage: Exclude<Stage, { kind: 'production' }>): string {
  return stage.kind === 'preview' ? `${stage.project}-pr-${stage.pullRequest}` : '{project}-staging';
}
