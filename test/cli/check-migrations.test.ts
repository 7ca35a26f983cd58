import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../sandbox/run.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'check-migrations.ts');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeb-migrations-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('S3.7: a mistake in SQL is told by its file and line, and hides nothing of the other files', async () => {
  await writeFile(join(folder, '1.sql'), '-- 한글 😀\nSELECT 1;\n\nCREATE TABEL x (a int);\n');
  await writeFile(join(folder, '2.sql'), '\nDROP TABLE y;\n');
  const { code, stdout, stderr } = await run(process.execPath, [command, '1.sql', '2.sql'], { cwd: folder });
  expect(stderr).toBe('1.sql:4: syntax error at or near "TABEL"\n');
  expect(stdout).toBe('2.sql:2: DROP TABLE y: drops what the running version may use\n');
  expect(code).toBe(1);
});
