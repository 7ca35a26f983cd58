/** CI may destroy `{project}-pr-{n}` stacks and no others: any name that is not exactly that counts as protected. */
import { stageOf } from '../policy/stage.ts';

export type Verdict =
  | { readonly kind: 'allowed'; readonly stack: string; readonly project: string; readonly pullRequest: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** @param projects the hosted ones: the stack has to be of one of them */
export function mayDestroy(stack: string, projects: readonly { readonly name: string }[]): Verdict {
  const stage = stageOf(stack, projects);
  if (stage.kind === 'preview') {
    return { kind: 'allowed', stack, project: stage.project, pullRequest: stage.pullRequest };
  }
  const expected = 'expected {project}-pr-{n} of a hosted project';
  return { kind: 'refused', reason: `stack '${stack}' is protected: ${expected}, nothing was destroyed` };
}
