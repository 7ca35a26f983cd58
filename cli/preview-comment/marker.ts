/** What a comment says to this program alone: whose it is, and of which commits. */

const shape = /^<!-- codeb-infra preview of stack (\S+) -->\n<!-- base (\w+), head (\w+) -->\n/;
const stale = /^<!-- stale -->\n[^]*?<!-- end of stale -->\n/;

export interface Marked {
  readonly stack: string;
  readonly base: string;
  readonly head: string;
}

export function marker({ stack, base, head }: Marked): string {
  return `<!-- codeb-infra preview of stack ${stack} -->\n<!-- base ${base}, head ${head} -->\n`;
}

/** What the beginning of a comment says, if it is one of ours. */
export function markedAs(body: string): Marked | undefined {
  const [, stack, base, head] = shape.exec(body.replaceAll('\r\n', '\n')) ?? [];
  return stack === undefined || base === undefined || head === undefined ? undefined : { stack, base, head };
}

/** The comment with the word that it is out of date, or without it when the base is the one that it was made on. */
export function withStaleness(body: string, base: string): string {
  const text = body.replaceAll('\r\n', '\n');
  const marked = markedAs(text);
  const begin = shape.exec(text)?.[0] ?? '';
  const rest = text.slice(begin.length).replace(stale, '');
  if (!marked || marked.base === base) return begin + rest;
  return `${begin}${staleWords(marked.base, base)}${rest}`;
}

function staleWords(before: string, base: string): string {
  return [
    '<!-- stale -->',
    '> [!WARNING]',
    `> **Stale:** this was made on base \`${before.slice(0, 12)}\`, and the base is \`${base.slice(0, 12)}\` now: what would change may be another.`,
    '',
    '<!-- end of stale -->\n',
  ].join('\n');
}
