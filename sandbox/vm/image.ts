import { join } from 'node:path';
import { ensureBase, removeBases } from '../base.ts';
import type { Engine } from '../engine.ts';
import type { Progress } from '../progress.ts';
import { recipeHash } from '../recipe.ts';

const recipe = join(import.meta.dirname, 'base');

/**
 * The name in the engine of the prepared base with a kernel, which is built if the engine does not have it: a minute,
 * once; the base before it takes longer where that is missing, too.
 * @throws Error with the last lines of what failed.
 */
export async function ensureVmImage(engine: Engine, progress: Progress): Promise<string> {
  const base = await ensureBase(engine, { kind: 'prepared' }, progress);
  const image = `localhost/codeb-sandbox/vm:trixie-${await recipeHash([recipe], [base])}`;
  if ((await engine.run(['image', 'inspect', image])).code === 0) return image;
  const what = ['--build-arg', `BASE=${base}`, '-f', join(recipe, 'Containerfile'), '-t', image, recipe];
  await progress.step('build the base of the virtual machine', (onLine) =>
    engine.must(['build', '--network', 'host', ...what], { onLine }),
  );
  await removeBases(engine, image);
  return image;
}
