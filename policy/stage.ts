/**
 * What a stack is. By its name: `shop-pr-12` of the hosted project `shop`, `staging`, `production`. A stack of any other
 * name, such as that of a chat, is staging where its settings say so, and counts as production else.
 */
import { configurationOf } from './configuration.ts';

export type Stage =
  | { readonly kind: 'preview'; readonly project: string; readonly pullRequest: number }
  | { readonly kind: 'staging' }
  | { readonly kind: 'production' };

/**
 * @param projects the hosted ones: a preview is of one of them
 * @param environment what the stack's settings say; without it the name alone counts
 */
export function stageOf(stack: string, projects: readonly { readonly name: string }[], environment?: string): Stage {
  const [, project, pullRequest] = /^(.+)-pr-([1-9]\d{0,9})$/.exec(stack) ?? [];
  if (project !== undefined && projects.some(({ name }) => name === project)) {
    return { kind: 'preview', project, pullRequest: Number(pullRequest) };
  }
  const isStaging = stack === 'staging' || (stack !== 'production' && environment === 'staging');
  return { kind: isStaging ? 'staging' : 'production' };
}

/** @param config `PULUMI_CONFIG` of a policy pack */
export function environmentIn(config: string | undefined): string | undefined {
  const { 'codeb:environment': environment } = configurationOf(config);
  return typeof environment === 'string' ? environment : undefined;
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
