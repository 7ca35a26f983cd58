/** Text of others in Markdown, so that it can be nothing but text: GitHub reads nothing inside of code. */

/** Direction marks and the like, which make a line read otherwise than it is. */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A name or a value in a line. */
export function code(text: string): string {
  const shown = text.replaceAll('\r\n', '\n').replaceAll('\n', '⏎').replace(invisible, escaped);
  const fence = fenceFor(shown, 1);
  // A blank at both ends is taken away again, and keeps a backtick of the text from the fence.
  const inner = shown === '' || /^[` ]|[` ]$/.test(shown) ? ` ${shown} ` : shown;
  return `${fence}${inner}${fence}`;
}

/** Lines of their own, in a language that GitHub colours. */
export function block(text: string, language: string): string {
  const lines = text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.replace(invisible, escaped));
  const fence = fenceFor(text, 3);
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

function fenceFor(text: string, shortest: number): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length + 1);
  return '`'.repeat(Math.max(shortest, ...runs));
}

function escaped(character: string): string {
  return character === '\t' ? '\t' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
