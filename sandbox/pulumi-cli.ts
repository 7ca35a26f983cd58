import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './downloads.ts';
import { buildGoProgram } from './go.ts';
import type { Progress } from './progress.ts';
import { isOnPath, mustRun, run } from './run.ts';

/** The version that is fetched or built where none is at hand: the one of `@pulumi/pulumi` in package.json. */
const VERSION = 'v3.250.0';
const OLDEST = [3, 250] as const;
const PACKAGE = 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi';
const OFFICIAL = 'https://get.pulumi.com/releases/sdk';
/** Milliseconds until the official download has to begin; a network without it is noticed at once or never. */
const CONNECT_DEADLINE = 5_000;

/**
 * The path of a Pulumi CLI: the one on PATH if it is new enough, else one in the download cache, which is the official
 * build or, where that cannot be reached, built from its Go module (about three minutes on two cores).
 * @throws Error that names both ways if neither works.
 */
export async function findPulumi(progress: Progress): Promise<string> {
  if (await isOnPath('pulumi')) {
    const { stdout } = await run('pulumi', ['version'], { env: { PULUMI_SKIP_UPDATE_CHECK: 'true' } });
    if (isNewEnough(stdout)) return 'pulumi';
  }
  const release = `pulumi-${VERSION}-${process.platform}-${process.arch === 'arm64' ? 'arm64' : 'x64'}`;
  return await cached(release, (path) =>
    progress.step(`get the Pulumi CLI ${VERSION}`, async (say) => {
      const reason = await downloadOfficial(`${OFFICIAL}/${release}.tar.gz`, path, say);
      if (reason === undefined) return;
      say(`${reason}: building it from its Go module`);
      await buildFromModule(path, say).catch((error: unknown) => {
        throw new Error(`no Pulumi CLI: ${reason}; and the build from its Go module failed`, { cause: error });
      });
    }),
  );
}

/** Builds the CLI from its Go module; the Automation API parses the version, which the linker has to set. */
export function buildFromModule(path: string, say: (detail: string) => void): Promise<void> {
  const ldflags = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${VERSION}`;
  return buildGoProgram({ package: PACKAGE, version: VERSION, ldflags }, path, say);
}

/** Whether a version as `pulumi version` prints it (`v3.250.0`) is one that this program works with. */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version.trim()) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1];
}

/** Puts the official binary at `path`; returns why that could not be done. */
async function downloadOfficial(url: string, path: string, say: (detail: string) => void): Promise<string | undefined> {
  say(url);
  const connecting = new AbortController();
  const timer = setTimeout(() => connecting.abort(), CONNECT_DEADLINE);
  const folder = `${path}-archive`;
  try {
    const response = await fetch(url, { signal: connecting.signal });
    clearTimeout(timer);
    if (!response.ok) return `${url} answers ${response.status}`;
    await mkdir(folder, { recursive: true });
    const archive = join(folder, 'pulumi.tar.gz');
    await writeFile(archive, Buffer.from(await response.arrayBuffer()));
    await mustRun('tar', ['-xzf', archive, '-C', folder, 'pulumi/pulumi']);
    await copyFile(join(folder, 'pulumi', 'pulumi'), path);
    await chmod(path, 0o755);
    return undefined;
  } catch {
    return `${url} cannot be reached`;
  } finally {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  }
}
