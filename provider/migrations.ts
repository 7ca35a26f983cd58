/** Looks at the statements of a migration before any of them runs: expand now, contract when nothing uses it. */
import { z } from 'zod';
import { destructiveIn } from './destructive-sql.ts';
import type { Call } from './resource.ts';
import type { Migration, WorkloadInputs } from './schema.ts';

const answer = z.object({
  /** Whether there is no data yet that could be lost. */
  fresh: z.boolean(),
  files: z.array(z.object({ path: z.string(), content: z.string() })),
});

/** Lines of `fresh` and of `file <path> <base64>`. */
function parse(text: string): z.output<typeof answer> {
  const lines = text.split('\n').map((line) => line.split(' '));
  const files = lines.filter(([kind]) => kind === 'file');
  return answer.parse({
    fresh: lines.some(([kind]) => kind === 'fresh'),
    files: files.map(([, path, content = '']) => ({ path, content: Buffer.from(content, 'base64').toString() })),
  });
}

/** @throws Error that names each file, line and statement that would take something away; nothing was changed then */
export async function refuseDestructive(
  { session }: Call,
  { slug, directory }: WorkloadInputs,
  { image, folder, destructive, contracts }: Migration,
): Promise<void> {
  if (destructive === 'allowed') return;
  const { fresh, files } = parse(await session.look('sql', [slug, directory, image, folder]));
  if (fresh) return;
  const unnamed = files.filter(({ path }) => destructive === 'refused' || !contracts.includes(path));
  const found = [];
  for (const { path, content } of unnamed) {
    for (const { line, statement, why } of await destructiveIn(content))
      found.push(`  ${path}:${line}: ${statement}: ${why}`);
  }
  if (found.length === 0) return;
  const expected =
    destructive === 'refused'
      ? 'here only additions are taken: make the old and the new version work with the same schema'
      : "name the file under 'migrations.contracts' once no running version needs what goes";
  throw new Error(
    `migrations in ${folder} of '${image}' take something away; nothing was changed; ${expected}:\n${found.join('\n')}`,
  );
}
