/** A line that a change adds, with its place in the file as it is afterwards. */
export interface AddedLine {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * The added lines of a diff as `git diff --unified=0` writes it. The length of each hunk tells a line that begins with
 * `++` from the head of the next file. Source: git-diff(1), "Generating patch text with -p".
 */
export function addedLines(diff: string): AddedLine[] {
  const found: AddedLine[] = [];
  let path = '';
  let line = 0;
  let rest = 0;
  for (const text of diff.split('\n')) {
    if (rest > 0) {
      if (text.startsWith('+')) {
        found.push({ path, line, text: text.slice(1) });
        line += 1;
        rest -= 1;
      }
      continue;
    }
    const [, name] = /^\+\+\+ "?b\/(.*?)"?\t?$/.exec(text) ?? [];
    if (name !== undefined) path = name;
    const [, start, length = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(text) ?? [];
    if (start !== undefined) [line, rest] = [Number(start), Number(length)];
  }
  return found;
}
