/** The state of a stack in Pulumi's local file backend: pulumi/pulumi, pkg/backend/diy/state.go. */
import { copyFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * A run that is killed while it writes a checkpoint leaves half of it, which the engine then refuses (`EOF`). The one
 * before stands beside it: what has been made since is made again, and everything of ours is the same then.
 */
export async function mendCheckpoint(backend: string, project: string, stack: string): Promise<void> {
  const file = join(backend, '.pulumi', 'stacks', project, `${stack}.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined || isWhole(text)) return;
  const before = await readFile(`${file}.bak`, 'utf8').catch(() => '');
  if (!isWhole(before)) return;
  await copyFile(`${file}.bak`, `${file}.mended`);
  await rename(`${file}.mended`, file);
}
