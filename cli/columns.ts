/** Rows in columns without lines between them, as wide as what is in them or as the terminal lets them be. */
import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

export type Row = string[];

const indent = '  ';
/** Between two columns. */
const gap = 2;
/** Characters that a column has at least, however narrow the terminal is. */
const narrowest = 8;

/** @param width characters of the terminal; without one no line is broken */
export function columns(rows: readonly Row[], width = Infinity): string[] {
  if (rows.length === 0) return [`${indent}none`];
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => lengthOf(row[column] ?? ''))),
  );
  const fitted = fitting(widths, width - indent.length - gap * (count - 1));
  const table = new Table({
    chars: withoutLines,
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => row.map((cell, column) => broken(cell, fitted[column] ?? 0).join('\n'))));
  return table
    .toString()
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd());
}

/** cli-table3 breaks a long word within its colour's escape sequence. A reference of an image is one word. */
function broken(cell: string, width: number): string[] {
  if (lengthOf(cell) <= width) return [cell];
  const [, colour = '', space = '', text = '', end = ''] = styled.exec(cell) ?? [];
  const room = Math.max(1, width - space.length);
  const part = new RegExp(`.{1,${room}}(?:(?<=[/,:@-])|(?=\\s|$))|\\S{1,${room}}`, 'g');
  return (text.match(part) ?? ['']).map((one) => `${colour}${space}${one.trim()}${end}`);
}

/** As `styleText` writes it: ECMA-48, 8.3.117 "SGR". */
const styled = /^((?:\u001b\[[\d;]*m)*)( *)(.*?)((?:\u001b\[[\d;]*m)*)$/s;

/** The widest of them give way, down to the narrowest. */
function fitting(widths: readonly number[], room: number): number[] {
  const fitted = [...widths];
  for (let excess = sum(fitted) - room; excess > 0; excess--) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if ((fitted[widest] ?? 0) <= narrowest) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}

function lengthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

const withoutLines = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);
