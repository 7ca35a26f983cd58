/** The scripts of backups and of the log, run by sh in a folder, with stand-ins for PostgreSQL's programs and the clock. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recoveryScripts } from '../../stacks/recovery.ts';

const programs = {
  pg_isready: '',
  // Whether the log is kept is asked as well.
  psql: 'case $* in *pg_database_size*) echo "$NEEDED" ;; *) echo f ;; esac',
  pg_basebackup: `mkdir new && cd new
echo "START WAL LOCATION: 0/0 (file $SEGMENT)" >backup_label
tar -czf base.tar.gz backup_label`,
  pg_archivecleanup: 'echo "$4" >"$FOLDER/cut"',
  // The shell that waits for its next look ends, as it does with its container.
  sleep: '[ "$1" != 300 ] || kill -TERM $PPID',
  date: 'case $* in *-d*) exec "$DATE" "$@" ;; *) exec "$DATE" -d "$NOW" "$@" ;; esac',
};

const segment = (number: number) => number.toString(16).toUpperCase().padStart(24, '0');
const day = (number: number) => `202611${String(number).padStart(2, '0')}T000000Z`;
const days = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

describe('S1.4: backups of a database', () => {
  let folder: string;
  const put = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const sh = (script: string, args: string[] = [], env: Record<string, string> = {}) =>
    promisify(execFile)('sh', ['-c', script, 'sh', ...args], {
      env: { ...process.env, FOLDER: folder, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, ...env },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
    );
  const script = (name: keyof typeof recoveryScripts) =>
    recoveryScripts[name].replaceAll(/(?<!data)\/recovery\//g, `${folder}/`);
  const made = (name: string, number: number, to = '.') =>
    sh(
      'mkdir -p "$2/base/$1" && cd "$2/base" && pg_basebackup && mv new/* "$1" && rmdir new',
      [name, join(folder, to)],
      { SEGMENT: segment(number) },
    );
  const backups = async () => (await readdir(join(folder, 'base'))).sort();
  /** Until it has looked once. */
  const look = (now: string, { needed = 1, number = 99 } = {}) =>
    sh(script('config/recovery/backup.sh'), [], {
      ...{ POSTGRES_PASSWORD: '', POSTGRES_USER: '', POSTGRES_DB: '', RECOVERY_DAYS: '7' },
      ...{ NOW: now, NEEDED: String(needed), SEGMENT: segment(number) },
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeb-recovery-'));
    const { text } = await sh('command -v date');
    for (const [name, lines] of Object.entries(programs)) {
      await put(`bin/${name}`, `#!/bin/sh\nDATE=${text.trim()}\n${lines}\n`);
      await chmod(join(folder, 'bin', name), 0o755);
    }
    for (const name of ['base', 'wal']) await mkdir(join(folder, name));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('one is made where there is none, and the next a day later', async () => {
    await look('2026-11-20T00:00:00Z', { number: 1 });
    await look('2026-11-20T23:59:59Z', { number: 2 });
    expect(await backups()).toEqual([day(20)]);
    await look('2026-11-21T00:00:01Z', { number: 2 });
    expect(await backups()).toEqual([day(20), '20261121T000001Z']);
  });

  test('one that might fill the disk is refused, ends the service, and leaves the earlier ones', async () => {
    await made(day(20), 1);
    const { code, text } = await look('2026-11-22T00:00:00Z', { needed: 2 ** 50 });
    expect(text).toMatch(
      /^no backup was made: it may need 1099511627776 MB in data\/recovery\/base, where \d+ MB are free; the earlier ones are as they were$/m,
    );
    expect(code).toBe(1);
    expect(await backups()).toEqual([day(20)]);
  });

  test('one of a time to come neither keeps others from being made, nor the log from being cut', async () => {
    await made(day(14), 1);
    await made('20300101T000000Z', 2);
    await look('2026-11-15T00:00:00Z', { number: 3 });
    await look('2026-11-15T00:05:00Z', { number: 4 });
    expect(await backups()).toEqual([day(14), day(15), '20300101T000000Z']);
    for (const number of days(16, 22)) await made(day(number), number);
    await look('2026-11-23T00:00:01Z', { number: 23 });
    expect(await backups()).toEqual([...days(16, 22).map(day), '20261123T000001Z']);
    expect(await readFile(join(folder, 'cut'), 'utf8')).toBe(`${segment(16)}\n`);
  });

  test('what no day needs goes, and the log before it', async () => {
    for (const number of days(10, 20)) await made(day(number), number);
    for (const name of [day(12), day(18), '20300101T000000Z']) await mkdir(join(folder, `until-${name}`));
    await look('2026-11-21T01:00:00Z', { number: 21 });
    expect(await backups()).toEqual([...days(14, 20).map(day), '20261121T010000Z']);
    expect(await readFile(join(folder, 'cut'), 'utf8')).toBe(`${segment(14)}\n`);
    expect((await readdir(folder)).filter((name) => name.startsWith('until-'))).toEqual([`until-${day(18)}`]);
  });

  test.each([
    ['ahead', '2030-01-01T00:00:00Z', '20300101T000000Z'],
    ['behind', '2020-01-01T00:00:00Z', '20200101T000000Z'],
  ])('a clock that is years %s costs no more than a day does', async (_, now, name) => {
    for (const number of days(14, 21)) await made(day(number), number);
    await look(now, { number: 22 });
    expect(await backups()).toEqual(expect.arrayContaining([...days(15, 21).map(day), name]));
  });

  test('what a restore closed stays while there are few backups, whatever the clock says', async () => {
    await mkdir(join(folder, `until-${day(20)}`));
    await made(day(20), 1);
    await look('2030-01-01T00:00:00Z', { number: 2 });
    expect(await readdir(folder)).toContain(`until-${day(20)}`);
  });

  describe('and its log', () => {
    const content = randomBytes(100_000);
    const name = segment(1);
    const archive = (limit = '') => sh(`${limit}${script('config/recovery/archive.sh')}`, [join(folder, name), name]);

    test('a segment that a full disk cut off does not count, and is kept when there is room', async () => {
      await put(name, content);
      await utimes(join(folder, name), 1_795_000_000, 1_795_000_000);
      expect((await archive('ulimit -f 10; ')).code).not.toBe(0);
      expect(await readdir(join(folder, 'wal'))).not.toContain(`${name}.gz`);
      expect(await archive()).toEqual({ code: 0, text: '' });
      expect(await readdir(join(folder, 'wal'))).toEqual([`${name}.gz`]);
      const kept = join(folder, 'wal', `${name}.gz`);
      expect(gunzipSync(await readFile(kept)).equals(content)).toBe(true);
      expect((await stat(kept)).mtimeMs, 'the time of its last write').toBe(1_795_000_000_000);
    });

    test('the same one may come again, another one of its name is refused', async () => {
      await put(name, content);
      expect(await archive()).toEqual({ code: 0, text: '' });
      expect(await archive()).toEqual({ code: 0, text: '' });
      await put(name, randomBytes(100_000));
      expect((await archive()).code).not.toBe(0);
      expect(gunzipSync(await readFile(join(folder, 'wal', `${name}.gz`))).equals(content)).toBe(true);
    });
  });
});
