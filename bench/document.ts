import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const path = resolve(import.meta.dirname, '..', 'docs', 'performance.md');
const begin = '<!-- bench: begin -->';
const end = '<!-- bench: end -->';

/** Puts what was measured between the markers of docs/performance.md. */
export async function writeDocument(measured: string): Promise<void> {
  await writeFile(path, betweenMarkers(await readFile(path, 'utf8'), measured));
}

/** @throws Error if the markers are not there, in this order. */
export function betweenMarkers(text: string, measured: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no lines '${begin}' and '${end}', in this order`);
  return `${text.slice(0, from + begin.length)}\n\n${measured}\n\n${text.slice(to)}`;
}
