import { rm } from 'node:fs/promises';
import { removeBox, SANDBOX, stateFolder } from './box.ts';
import { downloadCache } from './downloads.ts';
import { type Engine, findEngine } from './engine.ts';
import type { Progress } from './progress.ts';

/** Removes the box and the stack's state; with the downloads also what was built: images, the CLI, Caddy. */
export async function down({ keepDownloads }: { keepDownloads: boolean }, progress: Progress): Promise<void> {
  await progress.step('remove the box', () => removeBox(SANDBOX));
  await rm(stateFolder(SANDBOX), { recursive: true, force: true });
  if (keepDownloads) return;
  const engine = await findEngine();
  if (engine !== undefined) await progress.step('remove the images of the box', () => removeImages(engine));
  await progress.step(`remove ${downloadCache()}`, () => rm(downloadCache(), { recursive: true, force: true }));
}

/** An image that another box (of a test, say) still uses stays, and so does what it is built on. */
async function removeImages(engine: Engine): Promise<void> {
  const named = ['images', '--format', '{{.Repository}}:{{.Tag}}', '--filter', 'reference=*codeb-sandbox/*'];
  for (const image of (await engine.must(named)).split('\n').filter((line) => line !== '')) {
    await engine.run(['rmi', image]);
  }
  await engine.run(['image', 'prune', '--force', '--filter', 'label=codeb-sandbox']);
}
