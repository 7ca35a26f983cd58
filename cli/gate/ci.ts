/** Whether all that has run for a commit has passed. Source: PaintShare's operations plan, 2.3: "CI 100%". */
import type { Check } from './checks.ts';
import { go, type Judgement, noGo } from './judgement.ts';

/** @param required names of checks that a merge asks for: one that never came was not seen to pass */
export function judgeCi(checks: readonly Check[], required: readonly string[]): Judgement {
  if (checks.length === 0) return noGo('no check has run for this commit');
  const inState = (state: Check['state']) => checks.filter((check) => check.state === state);
  const missing = required.filter((name) => !checks.some((check) => check.name === name));
  const reasons = [
    ...inState('failed').map((check) => `'${check.name}' has not passed: ${told(check)}`),
    ...inState('running').map((check) => `'${check.name}' has not ended: ${told(check)}`),
    ...missing.map((name) => `'${name}' is required and has not run for this commit`),
  ];
  if (reasons.length > 0) return noGo(...reasons);
  const [passed, skipped] = [inState('passed').length, inState('skipped').length];
  if (passed === 0) return noGo(`none has passed: of ${skipped}, each was skipped or is neutral`);
  return go(`${passed} passed${skipped > 0 ? `, ${skipped} skipped or neutral` : ''}`);
}

export function told({ says, url }: Check): string {
  return url === undefined ? says : `${says}, ${url}`;
}
