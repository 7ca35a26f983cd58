import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freeDeadLocks } from '../../sandbox/dead-locks.ts';

test('a lock is freed when its process on this machine has ended, and only then', async () => {
  const backend = await mkdtemp(join(tmpdir(), 'codeb-locks-'));
  onTestFinished(() => rm(backend, { recursive: true }));
  const folder = join(backend, '.pulumi', 'locks', 'organization', 'codeb-infra', 'production');
  await mkdir(folder, { recursive: true });
  const ended = spawnSync('true').pid;
  const locks = {
    'dead.json': { pid: ended, hostname: hostname() },
    'alive.json': { pid: process.pid, hostname: hostname() },
    'elsewhere.json': { pid: ended, hostname: 'another-machine' },
    'strange.json': {},
  };
  for (const [name, lock] of Object.entries(locks)) await writeFile(join(folder, name), JSON.stringify(lock));
  await freeDeadLocks(backend, 'codeb-infra', 'production');
  expect((await readdir(folder)).sort()).toEqual(['alive.json', 'elsewhere.json', 'strange.json']);
});

test('where there is no lock, nothing is wrong', async () => {
  await expect(freeDeadLocks('/nonexistent', 'codeb-infra', 'production')).resolves.toBeUndefined();
});
