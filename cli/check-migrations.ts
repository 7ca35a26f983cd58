/** `npm run check-migrations -- prisma/migrations/*.sql`: what a hosted project's CI asks before it builds an image. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { destructiveIn } from '../provider/destructive-sql.ts';
import { messageOf } from '../provider/operation-error.ts';
import { fail } from './fail.ts';

async function main(files: string[], { contract }: { contract: string[] }): Promise<void> {
  for (const file of files.filter((one) => !contract.includes(one))) {
    const sql = await readFile(file, 'utf8');
    try {
      for (const { line, statement, why } of await destructiveIn(sql)) {
        process.stdout.write(`${file}:${line}: ${statement}: ${why}\n`);
        process.exitCode = 1;
      }
    } catch (error) {
      // It hides nothing of the other files.
      fail(new Error(`${file}${placeOf(error, sql)}: ${messageOf(error)}`));
    }
  }
}

/** What PostgreSQL's parser tells of a mistake; the position is in characters. */
const syntaxError = z.object({ sqlDetails: z.object({ cursorPosition: z.int().min(0) }) });

function placeOf(error: unknown, sql: string): string {
  const position = syntaxError.safeParse(error).data?.sqlDetails.cursorPosition;
  if (position === undefined) return '';
  const before = Array.from(sql).slice(0, position).join('');
  return `:${before.split('\n').length}`;
}

await new Command('check-migrations')
  .description('find statements that the version which runs now would not survive, or that lose data')
  .argument('<files...>', 'SQL files, those that are new')
  .option('--contract <files...>', 'files whose destructive statements are meant', [])
  .action(main)
  .parseAsync()
  .catch(fail);
