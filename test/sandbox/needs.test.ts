import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { checkNeeds } from '../../sandbox/needs.ts';

test.runIf(process.platform === 'linux')('everything that is missing is told at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-test-'));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await symlink('/bin/sh', join(folder, 'sh'));
  vi.stubEnv('PATH', folder);
  const needs = await checkNeeds([{ program: 'mkfs.ext4', package: 'e2fsprogs' }]);
  expect(needs).toMatchObject({
    kind: 'unable',
    reasons: expect.arrayContaining([
      expect.stringContaining('needs a container engine'),
      expect.stringContaining('needs ssh-keygen'),
      'needs tar',
      'needs mkfs.ext4 (package e2fsprogs)',
      expect.stringContaining('needs Go 1.21 or later'),
    ]),
  });
});
