/** `node cli/check-migrations.ts prisma/migrations/*.sql`: what a hosted project's CI asks before it builds an image. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { destructiveIn } from '../provider/destructive-sql.ts';

async function main(files: string[], { contract }: { contract: string[] }): Promise<void> {
  for (const file of files.filter((one) => !contract.includes(one))) {
    for (const { line, statement, why } of await destructiveIn(await readFile(file, 'utf8'))) {
      process.stdout.write(`${file}:${line}: ${statement}: ${why}\n`);
      process.exitCode = 1;
    }
  }
}

await new Command('check-migrations')
  .description('find statements that the version which runs now would not survive, or that lose data')
  .argument('<files...>', 'SQL files, those that are new')
  .option('--contract <files...>', 'files whose destructive statements are meant', [])
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
