/** The text of a unit: systemd.syntax(7). */

type Value = string | number | readonly string[] | undefined;

/** Sections of `Key=value` lines: an array repeats its key, an undefined value leaves it out. */
export function unitFile(sections: Record<string, Record<string, Value>>): string {
  return Object.entries(sections)
    .map(([section, entries]) => [`[${section}]`, ...Object.entries(entries).flatMap(lines), ''].join('\n'))
    .join('\n');
}

function lines([key, value]: [string, Value]): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((one) => `${key}=${one}`);
}

/** A command as systemd reads it back: quoted, with `%` and `$` meaning themselves (systemd.service(5), COMMAND LINES). */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');
}

function quoted(word: string): string {
  const inside = word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('\n', '\\n');
  return `"${inside}"`;
}
