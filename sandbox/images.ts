import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ensureDebian } from './debian.ts';
import { cachedAlone } from './downloads.ts';
import type { Engine } from './engine.ts';
import { goEnvironment } from './go.ts';
import type { Progress } from './progress.ts';
import { recipeHash } from './recipe.ts';
import { mustRun } from './run.ts';

const here = import.meta.dirname;
const contexts = { postgres: join(here, 'images', 'postgres'), redis: join(here, 'images', 'redis') };
const sampleApp = join(here, 'sample-app');
const buildPolicy = join(here, 'base', 'build-policy');

/** Images of Debian's packages under the names of the official ones. */
const SERVICES = [
  { name: 'postgres', context: contexts.postgres, reference: 'docker.io/library/postgres:15' },
  { name: 'redis', context: contexts.redis, reference: 'docker.io/library/redis:7' },
] as const;

/** The sample app's tags: versions that serve, and two that fail in their own way. */
const SAMPLE_TAGS = [
  { tag: '1.0.0', behaviour: 'serves' },
  { tag: '1.1.0', behaviour: 'serves' },
  { tag: 'exits', behaviour: 'exits' },
  { tag: 'unhealthy', behaviour: 'unhealthy' },
] as const;

/** The names that the sample app goes by: its own, and those of the hosted projects that it stands in for. */
const SAMPLE_NAMES = ['ghcr.io/codeb/sample-app', 'ghcr.io/codeb/api', 'ghcr.io/celly/celly-creative'] as const;

/** Every image that a container of the box can use. */
export const imageReferences: readonly string[] = [
  ...SERVICES.map(({ reference }) => reference),
  ...SAMPLE_NAMES.flatMap((name) => SAMPLE_TAGS.map(({ tag }) => `${name}:${tag}`)),
];

export const imagesRecipe = (): Promise<string> =>
  recipeHash([contexts.postgres, contexts.redis, sampleApp, buildPolicy], imageReferences);

/**
 * A folder with one archive an image (in `docker save` format) and `references.txt`, which says under which names each
 * goes to the registry: lines of `{archive} {reference}`. Built once and kept in the download cache.
 * @throws Error with the last lines of the build.
 */
export async function ensureImages(engine: Engine, progress: Progress): Promise<string> {
  return await cachedAlone('images-', await imagesRecipe(), async (folder) => {
    await mkdir(folder, { recursive: true });
    const lines: string[] = [];
    const goCaches = join(folder, 'go');
    for (const { name, context, reference } of SERVICES) {
      const debian = await ensureDebian(engine, 'bookworm', progress);
      await progress.step(`build ${reference}`, (say) =>
        build(engine, { name, folder, sources: [context, buildPolicy], buildArgs: [`DEBIAN=${debian}`] }, say),
      );
      lines.push(`${name}.tar ${reference}`);
    }
    for (const { tag, behaviour } of SAMPLE_TAGS) {
      const name = `sample-app-${tag}`;
      const settings = `-s -w -X main.version=${tag} -X main.behaviour=${behaviour}`;
      const binary = join(folder, 'sample-app');
      await progress.step(`build ${SAMPLE_NAMES[0]}:${tag}`, async (onLine) => {
        const options = { cwd: sampleApp, env: goEnvironment(goCaches), onLine };
        await mustRun('go', ['build', '-trimpath', '-ldflags', settings, '-o', binary, '.'], options);
        await build(engine, { name, folder, sources: [sampleApp, binary], buildArgs: [] }, onLine);
      });
      await rm(binary);
      lines.push(...SAMPLE_NAMES.map((image) => `${name}.tar ${image}:${tag}`));
    }
    await rm(goCaches, { recursive: true, force: true });
    await writeFile(join(folder, 'references.txt'), `${lines.join('\n')}\n`);
  });
}

interface Build {
  readonly name: string;
  /** Where the archive goes. */
  readonly folder: string;
  /** What the build sees: a folder's contents if it holds the Containerfile, else the file or folder by its name. */
  readonly sources: readonly string[];
  readonly buildArgs: readonly string[];
}

/** Builds under a name of our own, because the engine may hold a real image of the public one, and saves it. */
async function build(engine: Engine, what: Build, onLine: (line: string) => void): Promise<void> {
  const context = join(what.folder, 'context');
  const image = `localhost/codeb-sandbox/build:${what.name}`;
  await mkdir(context);
  for (const [index, source] of what.sources.entries()) {
    await cp(source, index === 0 ? context : join(context, basename(source)), { recursive: true });
  }
  const buildArgs = what.buildArgs.flatMap((argument) => ['--build-arg', argument]);
  const file = join(context, 'Containerfile');
  await engine.must(['build', '--network', 'host', '-f', file, ...buildArgs, '-t', image, context], { onLine });
  await engine.must(['save', '-o', join(what.folder, `${what.name}.tar`), image]);
  await engine.must(['rmi', image]);
  await rm(context, { recursive: true });
}
