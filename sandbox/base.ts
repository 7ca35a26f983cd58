import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages } from '../components/server/packages.ts';
import { findCaddy } from './caddy.ts';
import { ensureDebian, type Suite } from './debian.ts';
import type { Engine } from './engine.ts';
import { ensureImages, imagesRecipe } from './images.ts';
import type { Progress } from './progress.ts';
import { recipeHash } from './recipe.ts';

/**
 * What a box starts as. `prepared`: Debian 13 with every package of a codeb server, an ACME CA and a full registry, so
 * that the Server component has little left to do. `bare`: Debian with sshd and systemd, to see it do everything.
 */
export type Base = { readonly kind: 'prepared' } | { readonly kind: 'bare'; readonly suite: Suite };

const recipe = join(import.meta.dirname, 'base');
const preparedPackages = Object.values(packages).flat();

/** The name in the engine of the image that a box of this base boots from; it says what it was built of. */
export async function baseImage(base: Base): Promise<string> {
  const suite = base.kind === 'prepared' ? 'trixie' : base.suite;
  const settings = base.kind === 'prepared' ? [...preparedPackages, await imagesRecipe()] : [];
  return `localhost/codeb-sandbox/${base.kind}:${suite}-${await recipeHash([recipe], settings)}`;
}

/**
 * Builds the base's image if the engine does not have it: about two minutes, once.
 * @throws Error with the last lines of what failed; what was built up to there is kept by the engine.
 */
export async function ensureBase(engine: Engine, base: Base, progress: Progress): Promise<string> {
  const image = await baseImage(base);
  if ((await engine.run(['image', 'inspect', image])).code === 0) return image;
  const debian = await ensureDebian(engine, base.kind === 'prepared' ? 'trixie' : base.suite, progress);
  const caddy = await findCaddy(progress);
  const context = await mkdtemp(join(tmpdir(), 'codeb-sandbox-'));
  try {
    await cp(recipe, context, { recursive: true });
    await cp(caddy, join(context, 'caddy'));
    const buildArgs = ['--build-arg', `DEBIAN=${debian}`];
    if (base.kind === 'prepared') {
      await cp(await ensureImages(engine, progress), join(context, 'images'), { recursive: true });
      buildArgs.push('--build-arg', `PACKAGES=${preparedPackages.join(' ')}`);
    }
    const file = join(context, 'Containerfile');
    const target = ['--target', base.kind, '-f', file, '-t', image];
    await progress.step(`build the ${base.kind} base of the box`, (onLine) =>
      engine.must(['build', '--network', 'host', ...buildArgs, ...target, context], { onLine }),
    );
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  await removeBases(engine, image);
  return image;
}

/**
 * Removes what was built for the sandbox under other names than the one of `image` (all of it without one).
 * The engine keeps what a box still uses.
 */
export async function removeBases(engine: Engine, image?: string): Promise<void> {
  const ofOneKind = image?.replace(/-[^-]*$/, '-*') ?? 'localhost/codeb-sandbox/*';
  const names = await engine.must([
    'images',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    '--filter',
    `reference=${ofOneKind}`,
  ]);
  for (const name of names.split('\n')) if (name !== '' && name !== image) await engine.run(['rmi', name]);
  await engine.run(['image', 'prune', '--force', '--filter', 'label=codeb-sandbox']);
}
