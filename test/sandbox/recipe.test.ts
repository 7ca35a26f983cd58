import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recipeHash } from '../../sandbox/recipe.ts';

test('the same contents have the same hash wherever they lie; another content, name or setting has another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  await mkdir(join(one, 'inner'), { recursive: true });
  await writeFile(join(one, 'inner', 'file'), 'content');
  await cp(one, two, { recursive: true });
  const before = await recipeHash([one], ['a']);
  expect(await recipeHash([two], ['a'])).toBe(before);
  expect(await recipeHash([one], ['b'])).not.toBe(before);
  await writeFile(join(two, 'inner', 'file'), 'Content');
  expect(await recipeHash([two], ['a'])).not.toBe(before);
  await writeFile(join(one, 'other'), '');
  expect(await recipeHash([one], ['a'])).not.toBe(before);
});
