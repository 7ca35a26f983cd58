/** What a stack is, by its name alone: `pr-12`, `staging`; any other name counts as production. */

export type Stage =
  | { readonly kind: 'preview'; readonly pullRequest: number }
  | { readonly kind: 'staging' }
  | { readonly kind: 'production' };

export function stageOf(stack: string): Stage {
  const pullRequest = /^pr-([1-9]\d{0,9})$/.exec(stack)?.[1];
  if (pullRequest !== undefined) return { kind: 'preview', pullRequest: Number(pullRequest) };
  return { kind: stack === 'staging' ? 'staging' : 'production' };
}

/** What the slugs of a stage end with; production's have no ending. */
export function endingOf(stage: Exclude<Stage, { kind: 'production' }>): string {
  return stage.kind === 'preview' ? `-pr-${stage.pullRequest}` : '-staging';
}
