/** Which lines go and which come, in order. */

export interface ChangedLine {
  readonly sign: '-' | '+';
  readonly line: string;
}

/** Cells of the table; texts that need more are shown as gone and come as a whole. */
const largestTable = 1_000_000;

export function changedLines(before: readonly string[], after: readonly string[]): ChangedLine[] {
  let [start, endBefore, endAfter] = [0, before.length, after.length];
  while (start < Math.min(endBefore, endAfter) && before[start] === after[start]) start++;
  while (Math.min(endBefore, endAfter) > start && before[endBefore - 1] === after[endAfter - 1])
    [endBefore, endAfter] = [endBefore - 1, endAfter - 1];
  return middle(before.slice(start, endBefore), after.slice(start, endAfter));
}

/** By the longest common subsequence. */
function middle(before: string[], after: string[]): ChangedLine[] {
  const gone = (lines: string[]) => lines.map((line) => ({ sign: '-', line }) as const);
  const come = (lines: string[]) => lines.map((line) => ({ sign: '+', line }) as const);
  if (before.length * after.length > largestTable) return [...gone(before), ...come(after)];
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number) => longest[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      const same = before[row] === after[column];
      longest[row * width + column] = same
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const changed: ChangedLine[] = [];
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    if (before[row] === after[column]) [row, column] = [row + 1, column + 1];
    else if (at(row + 1, column) >= at(row, column + 1)) changed.push(...gone([before[row++] ?? '']));
    else changed.push(...come([after[column++] ?? '']));
  }
  return [...changed, ...gone(before.slice(row)), ...come(after.slice(column))];
}
