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

/** What the sample app stands in for. */
const SERVED = [
  'ghcr.io/codeb/sample-app',
  'ghcr.io/codeb/api',
  'ghcr.io/celly/celly-creative',
  'ghcr.io/ai-code-battle/web',
  'ghcr.io/ai-code-battle/api',
  'ghcr.io/share-paint/web',
] as const;
const SOCKET = 'ghcr.io/share-paint/socket';
const RUNTIMES = ['python', 'cpp', 'java'].map((language) => `ghcr.io/ai-code-battle/runtime-${language}`);

const served = (tag: string, ...more: string[]): string[] => [...SERVED.map((name) => `${name}:${tag}`), ...more];

interface SampleBuild {
  readonly version: string;
  readonly behaviour: 'serves' | 'exits' | 'unhealthy' | 'works';
  /** Folder of `sample-app/migrations`. */
  readonly migrations: '1.0.0' | '1.1.0' | 'drops' | 'fails';
  readonly references: readonly string[];
}

/** Versions that serve, each with its migrations, and those that fail in their own way. */
const SAMPLE_BUILDS: readonly SampleBuild[] = [
  { version: '1.0.0', behaviour: 'serves', migrations: '1.0.0', references: served('1.0.0', `${SOCKET}:3f0c9d1`) },
  { version: '1.1.0', behaviour: 'serves', migrations: '1.1.0', references: served('1.1.0', `${SOCKET}:8a41f27`) },
  { version: 'exits', behaviour: 'exits', migrations: '1.0.0', references: served('exits') },
  { version: 'unhealthy', behaviour: 'unhealthy', migrations: '1.0.0', references: served('unhealthy') },
  { version: 'drops', behaviour: 'serves', migrations: 'drops', references: served('drops') },
  { version: 'fails', behaviour: 'serves', migrations: 'fails', references: served('fails') },
  {
    version: 'works',
    behaviour: 'works',
    migrations: '1.0.0',
    references: RUNTIMES.map((name) => `${name}:1.0.0`),
  },
];

/** Every image that a container of the box can use. */
export const imageReferences: readonly string[] = [
  ...SERVICES.map(({ reference }) => reference),
  ...SAMPLE_BUILDS.flatMap(({ references }) => references),
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
    for (const { version, behaviour, migrations, references } of SAMPLE_BUILDS) {
      const name = `sample-app-${version}`;
      const settings = `-s -w -X main.version=${version} -X main.behaviour=${behaviour}`;
      const binary = join(folder, 'sample-app');
      await progress.step(`build ${references[0]}`, async (onLine) => {
        const options = { cwd: sampleApp, env: goEnvironment(goCaches), onLine };
        await mustRun('go', ['build', '-trimpath', '-ldflags', settings, '-o', binary, '.'], options);
        const buildArgs = [`MIGRATIONS=${migrations}`];
        await build(engine, { name, folder, sources: [sampleApp, binary], buildArgs }, onLine);
      });
      await rm(binary);
      lines.push(...references.map((reference) => `${name}.tar ${reference}`));
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
