import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const UNFINISHED = '.unfinished-';

/**
 * Where what was fetched or built once is kept, for every checkout of this user.
 * Source: XDG Base Directory Specification, `$XDG_CACHE_HOME`.
 */
export function downloadCache(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'codeb-infra');
}

/**
 * The path of a cached file or folder, made by `make` under a temporary name if it is not there yet.
 * Safe to cut off: what has the final name is whole.
 */
export async function cached(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(downloadCache(), name);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  await removeUnfinished();
  const unfinished = join(downloadCache(), `${UNFINISHED}${process.pid}-${Date.now()}`);
  try {
    await make(unfinished);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return path;
}

/** The same for what supersedes its other versions: these go, once it is made. */
export async function cachedAlone(
  prefix: string,
  version: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  return await cached(`${prefix}${version}`, async (path) => {
    await make(path);
    for (const entry of await readdir(downloadCache())) {
      if (entry.startsWith(prefix)) await rm(join(downloadCache(), entry), { recursive: true, force: true });
    }
  });
}

/** Removes what killed processes left half made. */
async function removeUnfinished(): Promise<void> {
  for (const entry of await readdir(downloadCache())) {
    const pid = new RegExp(`^\\${UNFINISHED}(\\d+)-`).exec(entry)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(downloadCache(), entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
