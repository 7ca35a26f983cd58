import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mendCheckpoint } from '../../sandbox/checkpoint.ts';

const before = '{"version":3,"checkpoint":{"stack":"before"}}';

async function mended(files: Record<string, string>): Promise<string | undefined> {
  const backend = await mkdtemp(join(tmpdir(), 'codeb-checkpoint-'));
  onTestFinished(() => rm(backend, { recursive: true }));
  const folder = join(backend, '.pulumi', 'stacks', 'codeb-infra');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await mendCheckpoint(backend, 'codeb-infra', 'production');
  return readFile(join(folder, 'production.json'), 'utf8').catch(() => undefined);
}

test.each(['', '{"version":3,"check'])('of half a checkpoint comes the one before: %j', async (half) => {
  expect(await mended({ 'production.json': half, 'production.json.bak': before })).toBe(before);
});

test('a whole one stays, and so does one that nothing can mend', async () => {
  const now = '{"version":3,"checkpoint":{"stack":"now"}}';
  expect(await mended({ 'production.json': now, 'production.json.bak': before })).toBe(now);
  expect(await mended({ 'production.json': '', 'production.json.bak': '{' })).toBe('');
  expect(await mended({})).toBeUndefined();
});
