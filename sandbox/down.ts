import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeBases } from './base.ts';
import { removeBox, SANDBOX, stateFolder } from './box.ts';
import { downloadCache } from './downloads.ts';
import { findEngine } from './engine.ts';
import type { Progress } from './progress.ts';

/** Removes the box and the stack's state; with the downloads also what was built: images, the CLI, Caddy. */
export async function down({ keepDownloads }: { keepDownloads: boolean }, progress: Progress): Promise<void> {
  await progress.step('remove the box', () => removeBox(SANDBOX));
  await rm(stateFolder(SANDBOX), { recursive: true, force: true });
  // Other boxes of this checkout, those of tests, have theirs beside it.
  await rmdir(dirname(stateFolder(SANDBOX))).catch(() => undefined);
  if (keepDownloads) return;
  const engine = await findEngine();
  if (engine !== undefined) await progress.step('remove the images of the box', () => removeBases(engine));
  await progress.step(`remove ${downloadCache()}`, () => rm(downloadCache(), { recursive: true, force: true }));
}
