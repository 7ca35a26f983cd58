import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addedLines } from '../../cli/added-lines.ts';
import { run } from '../../sandbox/run.ts';

const root = resolve(import.meta.dirname, '..', '..');
const command = join(root, 'cli', 'forbidden.ts');
/** Put together here, so that the scan of this repository's own pull requests does not find it. */
const swallowed = ['||', 'true'].join(' ');

let folder: string;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: folder, stdio: 'pipe' });
const scan = (...args: string[]) => run(process.execPath, [command, ...args], { cwd: folder });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeb-forbidden-'));
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'old.sh'), `one\ntwo ${swallowed}\nthree\n`);
  git('add', '.');
  git('commit', '--quiet', '--message=first');
  git('switch', '--quiet', '--create=feature');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('S4.10: what a change adds', () => {
  test('is refused by file and line, whatever stood there before', async () => {
    await appendFile(join(folder, 'old.sh'), `four\nfive ${swallowed}\n`);
    await writeFile(join(folder, 'new file.sh'), `${swallowed}\n`);
    git('add', '.');
    git('commit', '--quiet', '--message=second');
    const { code, stdout } = await scan('--base', 'main');
    const why = 'a failure passes for a success';
    expect(stdout).toBe(`new file.sh:1: '${swallowed}': ${why}\nold.sh:5: '${swallowed}': ${why}\n`);
    expect(code).toBe(1);
  });

  test('is let through where only the base has it, and where it is prose', async () => {
    await writeFile(join(folder, 'old.sh'), `zero\none\ntwo ${swallowed}\nthree\n`);
    await writeFile(join(folder, 'notes.md'), `never ${swallowed}\n`);
    git('add', '.');
    expect(await scan('--base', 'main')).toMatchObject({ code: 0, stdout: '1 lines, nothing forbidden\n' });
  });

  test('is looked for since the last commit in common: what the base got since is not this change', async () => {
    git('switch', '--quiet', 'main');
    await writeFile(join(folder, 'other.sh'), `${swallowed}\n`);
    git('add', '.');
    git('commit', '--quiet', '--message=of main');
    git('switch', '--quiet', 'feature');
    expect(await scan('--base', 'main')).toMatchObject({ code: 0 });
  });

  test('files are looked at whole', async () => {
    const { code, stdout } = await scan('old.sh');
    expect(stdout).toContain(`old.sh:2: '${swallowed}'`);
    expect(code).toBe(1);
  });

  test('a base that is no commit, an option in its place, and nothing to look at are errors', async () => {
    const nowhere = await scan('--base', 'nowhere');
    expect(nowhere.stderr).toContain('--base nowhere: this checkout has no commit in common with it');
    expect(nowhere.stderr).toContain('Not a valid object name nowhere');
    expect(nowhere.stderr).not.toContain('    at ');
    expect(nowhere.code).toBe(1);
    const { code, stderr } = await scan('nofile');
    expect(stderr).toMatch(/^nofile: cannot be read, nothing was looked at: ENOENT[^\n]*\n$/);
    expect(code).toBe(1);
    expect((await scan('--base=--output=x')).stderr).toContain('expected a commit');
    expect((await scan()).stderr).toContain('expected --base <commit> or files');
  });
});

test('S4.10: a line that looks like the head of a file is an added line', () => {
  const diff = [
    '--- a/x',
    '+++ b/x',
    '@@ -1,0 +2,2 @@',
    '+++ b/y',
    '+z',
    '--- a/q',
    '+++ "b/q r"',
    '@@ -0,0 +1 @@',
    '+w',
  ];
  expect(addedLines(diff.join('\n'))).toEqual([
    { path: 'x', line: 2, text: '++ b/y' },
    { path: 'x', line: 3, text: 'z' },
    { path: 'q r', line: 1, text: 'w' },
  ]);
});

test('S4.10: this repository says what is forbidden without writing it', async () => {
  const files = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'policy', 'cli', 'test/cli'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const { code, stdout } = await run(process.execPath, [command, ...files.trim().split('\n')], { cwd: root });
  expect(stdout).toMatch(/nothing forbidden$/m);
  expect(code).toBe(0);
});
