/** Locks that a killed run of Pulumi has left in the local file backend: pulumi/pulumi, pkg/backend/diy/lock.go. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../cli/is-alive.ts';

const Lock = z.object({ pid: z.int(), hostname: z.string() });

/** Frees the stack's locks whose process on this machine has ended; every other lock stays. */
export async function freeDeadLocks(backend: string, project: string, stack: string): Promise<void> {
  const folder = join(backend, '.pulumi', 'locks', 'organization', project, stack);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const lock = Lock.safeParse(JSON.parse(await readFile(join(folder, name), 'utf8').catch(() => '{}')));
    if (!lock.success || lock.data.hostname !== hostname()) continue;
    if (!(await isAlive(lock.data.pid))) await rm(join(folder, name));
  }
}
