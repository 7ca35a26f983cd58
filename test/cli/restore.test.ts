/** What the agent finds out before it restores a database, run by bash on a folder as a server has it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRecoverable } from '../../cli/restore/recoverable.ts';

const agent = `set -euo pipefail
export LC_ALL=C
fail() { printf '%s\\n' "$*" >&2; exit 1; }
as_account() { "$@"; }
need_prepared() { :; }
lock() { :; }
stop_services() { echo "$@" >>"$root/stopped"; }
systemctl() { echo "$@" >>"$root/started"; }
root=$1 notes=$1
. "$2/provider/agent/recovery.sh"
"operation_$3" shop "$root/project" "\${@:4}"
`;

const segment = (number: number, timeline = 1) =>
  [timeline, Math.floor(number / 256), number % 256]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
/** A minute of the day of all of these: each segment was last written in its own. */
const minute = (number: number) => Date.parse('2026-11-20T10:00:00Z') + number * 60_000;
const iso = (number: number) => new Date(minute(number)).toISOString().replace('.000Z', 'Z');
const stamp = (number: number) => iso(number).replaceAll(/[-:]/g, '');

describe('S1.4: before a restore', () => {
  let folder: string;
  const put = async (path: string, text: string, number = 0) => {
    const file = join(folder, 'project/data', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await utimes(file, minute(number) / 1000, minute(number) / 1000);
  };
  const bash = (operation: string, ...args: string[]) =>
    promisify(execFile)('bash', ['-c', agent, 'agent', folder, resolve(), operation, ...args]).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
    );
  const tar = (name: string, path: string, ...files: string[]) =>
    promisify(execFile)('tar', ['-czf', join(path, name), '-C', path, ...files]);
  /** A backup that began and ended in one segment. */
  const backup = async (name: string, first: number, { archive = 'recovery', bytes = 8192, timeline = 1 } = {}) => {
    const path = `${archive}/base/${name}`;
    const start = segment(first, timeline);
    await put(`${path}/backup_label`, `START WAL LOCATION: 0/0 (file ${start})\nCHECKPOINT LOCATION: 0/0\n`);
    await put(`${path}/PG_VERSION`, '15\n');
    await put(`${path}/${start}`, '');
    await put(`${path}/backup_manifest`, `{ "Path": "base/1", "Size": ${bytes}, "Last-Modified": "" },\n`);
    await tar('base.tar.gz', join(folder, 'project/data', path), 'backup_label', 'PG_VERSION');
    await tar('pg_wal.tar.gz', join(folder, 'project/data', path), start);
  };
  const archived = async (...numbers: number[]) => {
    for (const number of numbers) await put(`recovery/wal/${segment(number)}.gz`, '', number);
  };
  const inUse = async (...numbers: number[]) => {
    for (const number of numbers) await put(`postgres/pgdata/pg_wal/${segment(number)}`, '', number);
  };
  const gapAt = (number: number, target: string) => ({
    code: 1,
    text:
      `the log of 'shop' after the backup ${stamp(0)} lacks the segment ${segment(number)}: it is whole until ` +
      `${iso(number - 1)}, and ${target} is after that; expected a moment before it, for what there is; ` +
      'nothing was changed\n',
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeb-restore-'));
    for (const path of ['project/data/postgres', 'project/data/recovery/wal', 'state/shop'])
      await mkdir(join(folder, path), { recursive: true });
    await writeFile(join(folder, 'state/shop/services'), 'shop-app shop-app.container -\n');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ['in the archive alone', [2, 3, 4], []],
    ['whose end the database alone has', [2], [3, 4]],
    ['of which the database still has what the archive has lost', [2, 4], [3, 4, 5]],
    ['with nothing after the backup', [], []],
  ])('a log %s is whole', async (_, kept, own) => {
    await backup(stamp(0), 1);
    await archived(...kept);
    await inUse(...own);
    await put(`recovery/wal/${segment(9, 2)}.gz`, '');
    await put(`recovery/wal/${segment(9)}.00000028.backup.gz`, '');
    expect(await bash('restorable', 'latest')).toEqual({ code: 0, text: `${stamp(0)}\n` });
  });

  test('a log goes on where the last part of a name is full', async () => {
    await backup(stamp(0), 254);
    await archived(255, 256, 257);
    expect(segment(256)).toBe('000000010000000100000000');
    expect(await bash('restorable', 'latest')).toMatchObject({ code: 0 });
    await rm(join(folder, 'project/data/recovery/wal', `${segment(256)}.gz`));
    expect((await bash('restorable', 'latest')).text).toContain(`lacks the segment ${segment(256)}:`);
  });

  test.each([
    ['in the archive', [2, 4, 5], []],
    ['after the first, of two', [2, 4, 6], []],
    ['between the archive and the database', [2], [4, 5]],
  ])('a gap %s is found: the end of the log and a moment after it are refused', async (_, kept, own) => {
    await backup(stamp(0), 1);
    await archived(...kept);
    await inUse(...own);
    expect(await bash('restorable', 'latest')).toEqual(gapAt(3, 'latest'));
    expect(await bash('restorable', iso(4))).toEqual(gapAt(3, iso(4)));
    const after = new Date(minute(2) + 1).toISOString();
    expect(await bash('restorable', after)).toEqual(gapAt(3, after));
    expect(await bash('restorable', iso(2))).toEqual({ code: 0, text: `${stamp(0)}\n` });
  });

  test('a gap before the backup is of no concern to it', async () => {
    await backup(stamp(0), 1);
    await backup(stamp(5), 5);
    await archived(2, 4, 5, 6);
    expect(await bash('restorable', 'latest')).toEqual({ code: 0, text: `${stamp(5)}\n` });
    expect(await bash('restorable', iso(4))).toEqual(gapAt(3, iso(4)));
  });

  test('nothing is stopped or unpacked where the log has a gap', async () => {
    await backup(stamp(0), 1);
    await archived(3);
    expect(await bash('restore', 'latest')).toMatchObject({
      code: 1,
      text: expect.stringContaining('lacks the segment'),
    });
    expect(await readdir(folder)).not.toContain('stopped');
    expect(await readdir(join(folder, 'project/data/postgres'))).toEqual([]);
  });

  test('the list tells up to when the log after each backup is whole', async () => {
    await backup(stamp(0), 1);
    await backup(stamp(5), 5);
    await archived(2, 4, 5, 6);
    const { text } = await bash('recovery');
    expect(parseRecoverable(text).backups).toMatchObject([{ at: minute(0), gap: minute(2) }, { at: minute(5) }]);
    expect(parseRecoverable(text).backups[1]).not.toHaveProperty('gap');
    await backup(stamp(-5), 1, { archive: `recovery/until-${stamp(-2)}` });
    const [closed, used] = parseRecoverable((await bash('recovery')).text).backups;
    expect(closed).toMatchObject({ at: minute(-5), until: minute(-2) + 999 });
    expect(used).not.toHaveProperty('until');
  });

  test('what would not fit on the disk is refused, with what it takes', async () => {
    await backup(stamp(0), 1, { bytes: 2 ** 50 });
    await archived(1, 2, 3);
    const said = (segments: number, megabytes: number) =>
      expect.stringMatching(
        `^the backup ${stamp(0)} of 'shop', unpacked, and its log of ${segments} x 16 MB need up to ${megabytes} MB in ` +
          `${folder}/project/data/postgres, where \\d+ MB are free; nothing was changed\n$`,
      );
    const base = 2 ** 30;
    expect(await bash('restore', 'latest')).toEqual({ code: 1, text: said(3, base + 3 * 16) });
    expect(await bash('restorable', iso(2)), 'no more than the moment takes').toEqual({
      code: 1,
      text: said(2, base + 2 * 16),
    });
    expect(await readdir(folder)).not.toContain('stopped');
    expect(await readdir(join(folder, 'project/data/postgres'))).toEqual([]);
  });

  test('what a backup without a list of its files takes is counted', async () => {
    await backup(stamp(0), 1);
    await rm(join(folder, 'project/data/recovery/base', stamp(0), 'backup_manifest'));
    expect(await bash('restorable', 'latest')).toEqual({ code: 0, text: `${stamp(0)}\n` });
  });

  test('a backup of a time to come serves no moment before, nor the end of the log where there is a later one', async () => {
    await backup(stamp(0), 1);
    await backup('20300101T000000Z', 3);
    await archived(2, 3, 4, 5, 6);
    expect(await bash('restorable', iso(4))).toEqual({ code: 0, text: `${stamp(0)}\n` });
    expect(await bash('restorable', 'latest')).toEqual({ code: 0, text: '20300101T000000Z\n' });
    await backup(stamp(5), 5);
    expect(await bash('restorable', 'latest')).toEqual({ code: 0, text: `${stamp(5)}\n` });
    expect(await bash('restorable', iso(6))).toEqual({ code: 0, text: `${stamp(5)}\n` });
  });

  test('a history that was closed at a time to come is taken for no moment', async () => {
    await backup(stamp(0), 1, { archive: 'recovery/until-20300101T000000Z' });
    await backup(stamp(5), 1, { timeline: 2 });
    expect(await bash('restorable', iso(6))).toEqual({ code: 0, text: `${stamp(5)}\n` });
    expect(await bash('restorable', iso(1))).toMatchObject({
      code: 1,
      text: expect.stringContaining(`no backup of 'shop' that serves ${iso(1)} ended before it; nothing was changed`),
    });
  });

  test('a restore that was cut off gives back what it had put aside, whatever the names of others', async () => {
    for (const [name, content] of [
      ['before-20300101T000000Z', 'another'],
      [`before-${stamp(5)}`, 'its own'],
      ['pgdata', 'the copy'],
    ])
      await put(`postgres/${name}/PG_VERSION`, content ?? '');
    await put('postgres/pgdata/recovery.signal', '');
    const closed = `recovery/until-${stamp(5)}`;
    await put(`${closed}/unfinished`, '');
    await backup(stamp(0), 1, { archive: closed });
    await put(`${closed}/wal/${segment(1)}.gz`, 'one');
    await put(`recovery/wal/${segment(2)}.gz`, 'kept since');
    await put(`postgres/before-${stamp(5)}/pg_wal/${segment(3)}`, 'not kept yet');
    expect(await bash('restorable', 'latest'), 'as it will be').toEqual({ code: 0, text: `${stamp(0)}\n` });
    await bash('restore', 'latest');
    const data = join(folder, 'project/data');
    expect((await readdir(join(data, 'postgres'))).sort()).toEqual(['before-20300101T000000Z', 'pgdata']);
    expect(await readFile(join(data, 'postgres/pgdata/PG_VERSION'), 'utf8')).toBe('its own');
    expect(await readdir(join(data, 'recovery'))).toEqual(['base', 'wal']);
    expect(await readdir(join(data, 'recovery/base'))).toEqual([stamp(0)]);
    expect((await readdir(join(data, 'recovery/wal'))).sort()).toEqual([1, 2].map((one) => `${segment(one)}.gz`));
  });

  test('one that PostgreSQL has finished by itself is left as it is', async () => {
    await put(`postgres/before-${stamp(5)}/PG_VERSION`, 'before');
    await put('postgres/pgdata/PG_VERSION', 'restored');
    const closed = `recovery/until-${stamp(5)}`;
    await put(`${closed}/unfinished`, '');
    await put(`${closed}/base/${stamp(0)}/backup_label`, 'of the history before');
    await mkdir(join(folder, 'project/data/recovery/base'));
    await bash('restore', 'latest');
    const data = join(folder, 'project/data');
    expect(await readFile(join(data, 'postgres/pgdata/PG_VERSION'), 'utf8')).toBe('restored');
    expect(await readdir(join(data, closed))).toEqual(['base']);
  });

  test.each([
    ['18T23:59:59', undefined],
    ['19T12:00:00', '19T000000'],
    ['20T10:59:59', '20T000000'],
    ['20T11:00:00.500', '20T000000'],
    ['20T11:03:00', undefined],
    ['20T11:20:00', '20T110500'],
    ['20T12:00:00', '20T113500'],
  ])('the state of %s comes from the backup of the history that had it', async (moment, name) => {
    // Restored on the 20th at 11:00, and once more half an hour later.
    await backup('20261119T000000Z', 1, { archive: 'recovery/until-20261120T110000Z' });
    await backup('20261120T000000Z', 2, { archive: 'recovery/until-20261120T110000Z' });
    await backup('20261120T110500Z', 3, { archive: 'recovery/until-20261120T113000Z', timeline: 2 });
    await backup('20261120T113500Z', 4, { timeline: 3 });
    const { code, text } = await bash('restorable', `2026-11-${moment}Z`);
    if (name === undefined) expect([code, text]).toEqual([1, expect.stringContaining('no backup of')]);
    else expect([code, text]).toEqual([0, `202611${name}Z\n`]);
  });

  test('a moment has the newest history with a backup before it, whatever the others were called', async () => {
    await backup(stamp(0), 1, { archive: `recovery/until-${stamp(9)}` });
    await backup(stamp(5), 1, { timeline: 2 });
    expect(await bash('restorable', iso(6))).toEqual({ code: 0, text: `${stamp(5)}\n` });
  });
});
