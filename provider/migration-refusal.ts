/** What stands against the statements that a new image would run: expand now, contract when nothing uses it. */
import { destructiveIn } from './destructive-sql.ts';
import { messageOf } from './operation-error.ts';
import type { Migration } from './schema.ts';

/** What the server tells of an image: lines of `fresh` and of `file <path> <base64>`. */
interface Migrations {
  /** Whether there is no data yet that could be lost. */
  readonly fresh: boolean;
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

function migrationsIn(told: string): Migrations {
  const lines = told.split('\n').map((line) => line.split(' '));
  return {
    fresh: lines.some(([kind]) => kind === 'fresh'),
    files: lines.flatMap(([kind, path = '', content = '']) =>
      kind === 'file' ? [{ path, content: Buffer.from(content, 'base64').toString() }] : [],
    ),
  };
}

/**
 * Each file, line and statement that would take something away, and files that PostgreSQL does not read; undefined
 * where there are none.
 *
 * @param told the server's lines of the image's files
 * @param state what was changed up to here, in words
 */
export async function refusalOf(
  { image, folder, destructive, contracts }: Pick<Migration, 'image' | 'folder' | 'destructive' | 'contracts'>,
  told: string,
  state: string,
): Promise<string | undefined> {
  if (destructive === 'allowed') return undefined;
  const { fresh, files } = migrationsIn(told);
  if (fresh) return undefined;
  const unnamed = files.filter(({ path }) => destructive === 'refused' || !contracts.includes(path));
  const found = (await Promise.all(unnamed.map(lossesIn))).flat();
  if (found.length === 0) return undefined;
  const expected =
    destructive === 'refused'
      ? 'here only additions are taken: make the old and the new version work with the same schema'
      : "name the file under 'migrations.contracts' once no running version needs what goes";
  return [`migrations in ${folder} of '${image}' take something away; ${state}; ${expected}:`, ...found].join('\n');
}

async function lossesIn({ path, content }: Migrations['files'][number]): Promise<string[]> {
  try {
    const found = await destructiveIn(content);
    return found.map(({ line, statement, why }) => `  ${path}:${line}: ${statement}: ${why}`);
  } catch (error) {
    return [`  ${path}: ${messageOf(error)}`];
  }
}
