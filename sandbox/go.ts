import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadCache } from './downloads.ts';
import { isOnPath, mustRun, run } from './run.ts';

/** A program that is built from its Go module. */
export interface GoProgram {
  /** The package of its `main`. */
  readonly package: string;
  readonly version: string;
  /** `-X` settings and the like for the linker, beside `-s -w`. */
  readonly ldflags?: string;
}

/** The first Go that fetches the toolchain a module asks for by itself: https://go.dev/doc/toolchain */
const OLDEST_GO = 21;

/** Whether a Go is on PATH that can build today's modules. */
export async function hasGo(): Promise<boolean> {
  if (!(await isOnPath('go'))) return false;
  const minor = /go1\.(\d+)/.exec((await run('go', ['version'])).stdout)?.[1];
  return minor !== undefined && Number(minor) >= OLDEST_GO;
}

/**
 * Builds a Go program from its module into the file `path`, in an empty module of its own.
 * @throws Error with the last lines of `go` if the module or a dependency cannot be had.
 */
export async function buildGoProgram(program: GoProgram, path: string, say: (detail: string) => void): Promise<void> {
  if (!(await hasGo())) throw new Error(`building ${program.package} needs Go 1.${OLDEST_GO} or later on PATH`);
  const folder = join(downloadCache(), `.unfinished-${process.pid}-go-${program.version}`);
  await mkdir(folder, { recursive: true });
  const options = { cwd: folder, env: { GOTOOLCHAIN: 'auto', ...goEnvironment(folder) }, onLine: say };
  try {
    await mustRun('go', ['mod', 'init', 'build'], options);
    await mustRun('go', ['get', `${program.package}@${program.version}`], options);
    say(`compiling ${program.package}`);
    await mustRun(
      'go',
      ['build', '-trimpath', '-ldflags', `-s -w ${program.ldflags ?? ''}`, '-o', path, program.package],
      options,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Go's caches in a folder that goes after the build: a gigabyte or more that nothing else would ever use. */
export function goEnvironment(folder: string): Record<string, string> {
  return {
    CGO_ENABLED: '0',
    GOCACHE: join(folder, 'go-build'),
    GOMODCACHE: join(folder, 'go-mod'),
    GOFLAGS: `${process.env.GOFLAGS ?? ''} -modcacherw`.trim(),
  };
}
