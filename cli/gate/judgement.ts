/** What the gate says of one condition. */
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { messageOf } from '../../provider/operation-error.ts';

/** `unknown` is told and stands in nobody's way: nothing was to be seen there. */
export type Verdict = 'go' | 'unknown' | 'no-go';

export interface Judgement {
  verdict: Verdict;
  /** One line each. */
  reasons: string[];
}

/** Characters of a reason: an error may hold a whole page. */
const longest = 400;

export const go = (...reasons: string[]): Judgement => judgement('go', reasons);
export const unknown = (...reasons: string[]): Judgement => judgement('unknown', reasons);
export const noGo = (...reasons: string[]): Judgement => judgement('no-go', reasons);

function judgement(verdict: Verdict, reasons: string[]): Judgement {
  return { verdict, reasons: reasons.map(oneLine) };
}

/** The worst of them counts, and every reason. */
export function together(all: readonly Judgement[]): Judgement {
  return { verdict: worstOf(all), reasons: all.flatMap(({ reasons }) => reasons) };
}

export function worstOf(all: readonly { verdict: Verdict }[]): Verdict {
  const order = ['no-go', 'unknown'] as const;
  return order.find((one) => all.some(({ verdict }) => verdict === one)) ?? 'go';
}

/** What cannot be asked is no-go: nothing is let through unseen. */
export async function asked(asking: () => Promise<Judgement>): Promise<Judgement> {
  try {
    return await asking();
  } catch (error) {
    const words = error instanceof z.ZodError ? z.prettifyError(error) : error;
    return noGo(`could not be asked: ${messageOf(words)}`);
  }
}

/** Titles and names are others' words: none moves the cursor, turns the direction of writing or begins a line. */
function oneLine(text: string): string {
  const plain = stripVTControlCharacters(text).replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ');
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
