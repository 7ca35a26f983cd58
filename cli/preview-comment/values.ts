/** Values of properties as text: never a secret's. */
import { unknown } from '../../provider/property-values.ts';
import type { Difference, Json } from '../compared.ts';
import { changedLines } from './line-diff.ts';
import { code } from './markdown.ts';
import { hidden } from './preview.ts';

/** Characters of a value that stands in its line. */
const longestInLine = 40;
/** Lines of one property in the fold. */
const mostLines = 60;
/** Characters of a line in the fold. */
const longestLine = 300;

/** `range.to` 4999 → 4099 */
export function inLine({ path, before, after }: Difference): string {
  if (before === hidden && after === hidden) return `${code(path)} ${code(hidden)}`;
  const [old, now] = [short(before), short(after)];
  if (old === undefined || now === undefined) return code(path);
  return [code(path), ...(before === undefined ? [] : [old]), '→', after === undefined ? 'gone' : now].join(' ');
}

function short(value: Json | undefined): string | undefined {
  const text = textOf(value);
  return text.length > longestInLine || text.includes('\n') ? undefined : code(text);
}

/** Lines of a diff under the property's path. */
export function inFold({ path, before, after }: Difference): string[] {
  const lines = (value: Json | undefined) => (value === undefined ? [] : textOf(value).replace(/\n$/, '').split('\n'));
  const changed =
    before === hidden && after === hidden
      ? [
          { sign: '-', line: hidden },
          { sign: '+', line: hidden },
        ]
      : changedLines(lines(before), lines(after));
  const more = changed.length - mostLines;
  return [
    `@@ ${path} @@`,
    ...changed
      .slice(0, mostLines)
      .map(({ sign, line }) => `${sign} ${line.length > longestLine ? `${line.slice(0, longestLine)}…` : line}`),
    ...(more > 0 ? [`  … and ${more} more lines`] : []),
  ];
}

function textOf(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.replaceAll(unknown, '(not known yet)');
}
