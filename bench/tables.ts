/** `npm run bench:tables -- <results.json…>`: docs/performance.md from runs that measured a part each. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { fail } from '../sandbox/fail.ts';
import { writeDocument } from './document.ts';
import { merged, results } from './results.ts';
import { markdown } from './table.ts';

async function main(paths: string[]): Promise<void> {
  const parts = await Promise.all(paths.map(async (path) => results.parse(JSON.parse(await readFile(path, 'utf8')))));
  await writeDocument(markdown(merged(parts)));
}

await new Command('bench:tables')
  .description('write the tables of docs/performance.md from the results of several runs of the benchmark')
  .argument('<results...>', 'what --json wrote; of a case that several measured, the first counts')
  .action(main)
  .parseAsync()
  .catch(fail);
