/** Markdown as Prettier leaves it. */
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './sources.ts';

export async function formatted(path: string, text: string): Promise<string> {
  const config = await resolveConfig(join(root, path));
  return format(text, { ...config, parser: 'markdown' });
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A bar ends a cell, also within code: GitHub Flavored Markdown Spec, 4.10. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** Before a page that nobody writes by hand. */
export function generatedFrom(files: string): string {
  return `<!-- Made by \`npm run docs\` from ${files}; a change is made there. -->`;
}
