/** What of a long comment is kept: each resource's line before any fold, and each whole or not at all. */
import { code } from './markdown.ts';

export interface Entry {
  readonly line: string;
  /** What is folded beneath the section. */
  readonly fold?: string | undefined;
}

export interface Section {
  /** Empty for one without. */
  readonly heading: string;
  readonly entries: readonly Entry[];
}

const [foldBegin, foldEnd] = ['<details><summary>What changes in each</summary>', '</details>'];
/** Between two parts. */
const gap = '\n\n';
/** Characters for the sentence on what was cut, beside the artifact's name. */
const sentence = 200;

/** The sections in so many characters; the sentence at the end names the artifact that has what was cut. */
export function fitted(sections: readonly Section[], budget: number, artifact: string): string {
  const room = new Room(budget - sentence - artifact.length);
  const shown = sections.filter(({ heading }) => room.takes(heading));
  const lines = new Set(shown.flatMap(({ entries }) => entries).filter(({ line }) => room.takes(line)));
  for (const { entries } of shown) if (entries.some(({ fold }) => fold)) room.takes(foldBegin + gap + foldEnd);
  const folds = new Set([...lines].filter(({ fold }) => fold !== undefined && room.takes(fold)));
  const parts = shown.flatMap(({ heading, entries }) => {
    const kept = entries.filter((entry) => lines.has(entry));
    if (kept.length === 0 && entries.length > 0) return [];
    const folded = kept.flatMap((entry) => (folds.has(entry) && entry.fold ? [entry.fold] : []));
    const list = kept.map(({ line }) => line).join('\n');
    return [heading, list, ...(folded.length > 0 ? [foldBegin, ...folded, foldEnd] : [])].filter(Boolean);
  });
  return [...parts, ...(room.isFull ? [cutSentence(artifact)] : [])].join(gap);
}

function cutSentence(artifact: string): string {
  return `**Cut here:** GitHub takes no longer comment. The whole preview is in the artifact ${code(artifact)} of this run.`;
}

/** Once something does not fit, nothing after it does: a reader sees where it was cut. */
class Room {
  #left: number;
  isFull = false;

  constructor(characters: number) {
    this.#left = characters;
  }

  takes(text: string): boolean {
    const size = text.length + gap.length;
    if (text !== '' && size > this.#left) this.isFull = true;
    if (!this.isFull) this.#left -= size;
    return !this.isFull;
  }
}
