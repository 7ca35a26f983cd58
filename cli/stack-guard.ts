/** CI may destroy `pr-{n}` stacks and no others: any name that is not exactly that counts as protected. */
import { stageOf } from '../policy/stage.ts';

export type Verdict =
  | { readonly kind: 'allowed'; readonly stack: string; readonly pullRequest: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** @param pullRequest where the caller acts for one: the stack has to be this one's */
export function mayDestroy(stack: string, pullRequest?: number): Verdict {
  const stage = stageOf(stack);
  if (stage.kind !== 'preview') {
    return { kind: 'refused', reason: `stack '${stack}' is protected: expected pr-{n}, nothing was destroyed` };
  }
  if (pullRequest !== undefined && stage.pullRequest !== pullRequest) {
    const reason = `stack '${stack}' is of another pull request: expected pr-${pullRequest}, nothing was destroyed`;
    return { kind: 'refused', reason };
  }
  return { kind: 'allowed', stack, pullRequest: stage.pullRequest };
}
