import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, isRoot } from './engine.ts';
import type { Progress } from './progress.ts';
import { isOnPath, mustRun } from './run.ts';

export type Suite = 'bookworm' | 'trixie';

const MIRROR = 'http://deb.debian.org/debian';

/**
 * The name of a minimal Debian image of this suite in the engine: from debootstrap as root, else from the engine's
 * image `debian:{suite}`, which it pulls if it has to. From here on both are the same path.
 */
export async function ensureDebian(engine: Engine, suite: Suite, progress: Progress): Promise<string> {
  const image = `localhost/codeb-sandbox/debian:${suite}`;
  if ((await engine.run(['image', 'inspect', image])).code === 0) return image;
  const byDebootstrap = isRoot() && (await isOnPath('debootstrap'));
  await (byDebootstrap ? debootstrap(engine, suite, image, progress) : fromRegistry(engine, suite, image, progress));
  return image;
}

async function debootstrap(engine: Engine, suite: Suite, image: string, progress: Progress): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-sandbox-'));
  const tree = join(folder, 'tree');
  const archive = join(folder, 'tree.tar');
  try {
    await progress.step(`debootstrap ${suite}`, (onLine) =>
      mustRun('debootstrap', ['--variant=minbase', suite, tree, MIRROR], { onLine }),
    );
    await progress.step(`import ${image}`, async () => {
      await mustRun('tar', ['-C', tree, '-cf', archive, '.']);
      await engine.must(['import', archive, image]);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Takes the image from the registry, or from the engine where it is already there.
 * @throws Error with the engine's words if it is in neither.
 */
export async function fromRegistry(engine: Engine, suite: Suite, image: string, progress: Progress): Promise<void> {
  const official = `docker.io/library/debian:${suite}`;
  await progress.step(`take ${official}`, async () => {
    if ((await engine.run(['image', 'inspect', official])).code !== 0) {
      const { code, stderr } = await engine.run(['pull', official]);
      const expected = 'expected a registry that answers, or an image of that name in the engine';
      if (code !== 0) throw new Error(`${official} cannot be had: ${stderr.trim()}; ${expected}`);
    }
    await engine.must(['tag', official, image]);
  });
}
