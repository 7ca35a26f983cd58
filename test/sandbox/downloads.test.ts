import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cached, cachedAlone, downloadCache } from '../../sandbox/downloads.ts';

beforeEach(async () => {
  vi.stubEnv('XDG_CACHE_HOME', await mkdtemp(join(tmpdir(), 'codeb-test-')));
});
afterEach(async () => {
  await rm(join(downloadCache(), '..'), { recursive: true, force: true });
  vi.unstubAllEnvs();
});

test('is made once, and found after that', async () => {
  const make = vi.fn((path: string) => writeFile(path, 'whole'));
  const path = await cached('thing', make);
  expect(await cached('thing', make)).toBe(path);
  expect(await readFile(path, 'utf8')).toBe('whole');
  expect(make).toHaveBeenCalledOnce();
});

test('what fails half way is not there', async () => {
  const make = async (path: string) => {
    await writeFile(path, 'ha');
    throw new Error('cut off');
  };
  await expect(cached('thing', make)).rejects.toThrow('cut off');
  expect(await readdir(downloadCache())).toEqual([]);
});

test('what a killed process left half made goes; what a living one makes stays', async () => {
  await mkdir(downloadCache(), { recursive: true });
  const killed = join(downloadCache(), '.unfinished-999999999-1');
  const living = join(downloadCache(), `.unfinished-${process.ppid}-1`);
  await writeFile(killed, '');
  await writeFile(living, '');
  await cached('thing', (path) => writeFile(path, ''));
  expect([existsSync(killed), existsSync(living)]).toEqual([false, true]);
});

test('a new version takes the place of the others, once it is whole', async () => {
  const make = (path: string) => writeFile(path, '');
  await cachedAlone('thing-', '1', make);
  await expect(cachedAlone('thing-', '2', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(downloadCache())).toEqual(['thing-1']);
  await cachedAlone('thing-', '2', make);
  expect(await readdir(downloadCache())).toEqual(['thing-2']);
});
