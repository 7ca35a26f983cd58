import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const SHOWN_DIGITS = 12;

/** A short hash over the contents of folders and over settings: what is built of the same recipe has the same name. */
export async function recipeHash(folders: readonly string[], settings: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const path of await filesOf(folder)) hash.update(`${relative(folder, path)}\0`).update(await readFile(path));
  }
  for (const setting of settings) hash.update(`\0${setting}`);
  return hash.digest('hex').slice(0, SHOWN_DIGITS);
}

/** Every file below a folder, sorted. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
