import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import program from '../../index.ts';
import type { Box } from '../../sandbox/box.ts';
import { run as runProcess } from '../../sandbox/run.ts';
import { sandboxConfig, sandboxSettings } from '../../sandbox/settings.ts';
import { askSite } from '../../sandbox/sites.ts';
import { configure } from '../../sandbox/stack-config.ts';
import { answerForCloudflare, type StandIns, startStandIns } from '../../sandbox/stand-ins.ts';
import { waitFor } from '../../sandbox/wait.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { writeSettings } from './settings-file.ts';
import { preview, run, Stacks } from './stacks.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'restore.ts');
const folder = '/var/lib/codeb/projects/code-battle-staging';
const base = `${folder}/data/recovery/base`;
const database = 'code-battle-staging-postgres';
const backup = 'code-battle-staging-backup';
const projects = { 'code-battle': {}, 'celly-creative': {} };
const listed = z.object({ backups: z.array(z.object({ at: z.number(), bytes: z.number() })) });

describeOnServer('S1.4: a database is restored to an earlier moment', () => {
  let box: Box;
  let stacks: Stacks;
  let standIns: StandIns;
  let stack: Stack;
  let work: string;

  const restore = (...args: string[]) =>
    runProcess(process.execPath, [command, '--stack', 'staging', ...args], { cwd: work, env: { NO_COLOR: '1' } });
  const battle = (...args: string[]) => restore('--project', 'code-battle', ...args);
  const asAccount = async (line: string) => {
    const { stdout } = await box.exec(
      `cd / && runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) ${line}`,
    );
    return stdout.trim();
  };
  const psql = (statement: string) =>
    asAccount(
      `podman exec ${database} sh -c 'PGPASSWORD=$POSTGRES_PASSWORD psql -U code-battle -d code-battle -Atqc "${statement}"'`,
    );
  const write = (text: string) => psql(`INSERT INTO notes VALUES (\\$\\$${text}\\$\\$)`);
  const notes = async () => (await psql('SELECT * FROM notes ORDER BY 1')).split('\n');
  const backups = async () => listed.parse(JSON.parse((await battle('--json')).stdout)).backups;
  const named = async () => (await box.exec(`ls ${base}`)).stdout.trim().split('\n');
  const answers = async () =>
    (await askSite(box, 'https://api.staging.code-battle.codeb.dev', await box.acmeRoot())).status;

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    standIns = await startStandIns(box, stacks.folder);
    await answerForCloudflare(box);
    work = join(stacks.folder, 'work');
    await mkdir(work);
    const withOther = { projects: { ...projects, codeb: {} } };
    await writeSettings(work, 'staging', sandboxSettings(box, { environment: 'staging' }, withOther));
    stack = await stacks.open('staging', program, standIns.environment);
    await configure(stack, sandboxConfig(box, { environment: 'staging' }, { projects }));
    const outcome = await run(stack, 'up');
    expect(outcome, outcome.text).toMatchObject({ failed: false });
    await waitFor('the first backup', 60_000, async () => ((await backups()).length > 0 ? true : undefined));
    await psql('CREATE TABLE notes (text text)');
  }, 300_000);
  afterAll(async () => {
    await stacks.end();
    await standIns.end();
  });

  test('it is that of the moment, the project answers, and what was there is kept', { timeout: 180_000 }, async () => {
    await write('before');
    const moment = new Date().toISOString();
    await write('after');
    const later = new Date().toISOString();

    const asked = await battle('--to', moment);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toContain(`Would restore the database of 'code-battle-staging' to ${moment}`);
    expect(asked.stdout).toContain('Nothing was changed');
    expect(await notes()).toEqual(['after', 'before']);

    const done = await battle('--to', moment, '--yes');
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await notes()).toEqual(['before']);
    expect(await answers()).toBe(200);
    const [, aside = ''] = /(\S+data\/postgres\/before-\S+)\.$/m.exec(done.stdout) ?? [];
    expect((await box.exec(`cat ${aside}/PG_VERSION`)).stdout.trim()).toBe('15');
    expect((await battle()).stdout).toContain('Put aside by a restore at');
    const again = await preview(stack);
    expect(Object.keys(again.changes), again.text).toEqual(['same']);
    await write('goes on');
    expect(await notes()).toEqual(['before', 'goes on']);

    const other = await battle('--to', later, '--yes');
    expect(other, other.stderr).toMatchObject({ code: 0 });
    expect(await notes(), 'of the history that was left').toEqual(['after', 'before']);
  });

  test('a database that is down is brought to the end of its log', { timeout: 120_000 }, async () => {
    await write('last');
    await asAccount(`systemctl --user stop ${database}`);
    const done = await battle('--to', 'latest', '--yes');
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await notes()).toContain('last');
    expect(await answers()).toBe(200);
  });

  test('where the log does not reach the moment, all is as it was, and it says why', { timeout: 120_000 }, async () => {
    const before = await notes();
    const kept = await box.exec(`ls -d ${folder}/data/recovery/until-*; ls ${base}`);
    const moment = new Date().toISOString();
    // Nothing can be written after the moment any more.
    await asAccount(`systemctl --user stop ${database}`);
    // Of one that was cut off while it went back.
    await box.exec(`mkdir -p ${folder}/data/postgres/failed/base`);
    const { code, stderr } = await battle('--to', moment, '--yes');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`PostgreSQL did not come to ${moment}`)]);
    expect(stderr).toContain('recovery ended before configured recovery target was reached');
    expect(stderr).toContain("the database of 'code-battle-staging' is what it was before, and running");
    expect(await notes()).toEqual(before);
    expect(await answers()).toBe(200);
    expect((await box.exec(`ls -d ${folder}/data/recovery/until-*; ls ${base}`)).stdout).toBe(kept.stdout);
    expect((await box.exec(`ls ${folder}/data/postgres`)).stdout).not.toMatch(/failed|restored/);
    expect(await battle('--to', 'latest')).toMatchObject({ code: 0 });
  });

  test.each([
    ['while it closed the archive', 'mv -t $until ../recovery/base'],
    ['before it had closed it', 'true'],
    ['before the database was in place', 'mv -t $until ../recovery/base ../recovery/wal && mv pgdata before-$now'],
    ['while it went back', 'mv -t $until ../recovery/base ../recovery/wal && mv pgdata before-$now && mkdir failed'],
  ])('a restore that was cut off %s is taken back by the next one', async (_, steps) => {
    await write(`written before: ${steps.length}`);
    const before = await notes();
    await asAccount(`systemctl --user stop ${database} ${backup}`);
    const cut = await box.exec(`cd ${folder}/data/postgres && now=$(date -u +%Y%m%dT%H%M%SZ) &&
      until=../recovery/until-$now && mkdir $until && touch $until/unfinished && chown --reference=../recovery/wal $until $until/unfinished &&
      ${steps} && mkdir restored`);
    expect(cut).toMatchObject({ code: 0 });
    expect(await backups()).not.toEqual([]);
    const done = await battle('--to', 'latest', '--yes');
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(await notes()).toEqual(before);
    expect((await box.exec(`ls ${folder}/data/recovery/until-*/unfinished`)).stdout).toBe('');
    await waitFor('the first backup after it', 60_000, async () => ((await named()).length > 0 ? true : undefined));
  });

  test('a history that was closed while the clock was ahead hides no moment of the one that goes on', async () => {
    const [newest = ''] = (await named()).filter((name) => name !== 'new').slice(-1);
    const moment = new Date().toISOString();
    await waitFor('the next second', 5_000, async () => (Date.now() - Date.parse(moment) > 1_000 ? true : undefined));
    const closed = await box.exec(`cd ${folder}/data/recovery && until=until-$(date -u +%Y%m%dT%H%M%SZ) &&
      mkdir -p $until/base $until/wal && cp -a base/${newest} $until/base/20200101T000000Z && echo $until`);
    try {
      const asked = await battle('--to', moment, '--json');
      const year = newest.slice(0, 4);
      expect(asked, asked.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`"from": "${year}-`) });
    } finally {
      await box.exec(`rm -r ${folder}/data/recovery/${closed.stdout.trim()}`);
    }
  });

  test('a restore that was cut off between its two renames is finished by the start', { timeout: 60_000 }, async () => {
    const before = await notes();
    await asAccount(`systemctl --user stop ${database}`);
    await box.exec(`cd ${folder}/data/postgres && cp -a pgdata restored && mv pgdata before-20200101T000000Z &&
      printf "restore_command = 'false'\nrecovery_target_time = ''\n" >>restored/postgresql.auto.conf &&
      touch restored/recovery.signal && chown --reference=restored/base restored/recovery.signal`);
    await asAccount(`systemctl --user start ${database}`);
    expect(await notes()).toEqual(before);
    expect((await box.exec(`ls ${folder}/data/postgres`)).stdout).not.toContain('restored');
  });

  test('one that is gone is not made anew while there are backups', { timeout: 60_000 }, async () => {
    const before = await notes();
    const moved = `cd ${folder}/data/postgres && mv -T`;
    await asAccount(`systemctl --user stop ${database}`);
    await box.exec(`${moved} pgdata lost`);
    await asAccount(`systemctl --user start ${database} --no-block`);
    await waitFor('the reason', 30_000, async () => {
      const { stdout } = await box.exec(`journalctl -q -n 20 -o cat CONTAINER_NAME=${database}`);
      return stdout.includes('the database is gone, and there is ') ? true : undefined;
    });
    await asAccount(`systemctl --user stop ${database}`);
    await box.exec(
      `ls ${folder}/data/postgres/pgdata/PG_VERSION && exit 1; rm -rf ${folder}/data/postgres/pgdata; ${moved} lost pgdata`,
    );
    await asAccount(`systemctl --user start ${database}`);
    expect(await notes()).toEqual(before);
  });

  test('what no day needs goes, and each day of the seven stays', { timeout: 120_000 }, async () => {
    await asAccount(`systemctl --user stop ${backup}`);
    const made = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) => `2020010${day}T000000Z`);
    await box.exec(
      `cd ${base} && for name in ${made.join(' ')}; do cp -a "$(ls | tail -n 1)" "$name"; done && find . -name '*Z' -not -name '2020*' -exec rm -r {} +`,
    );
    await asAccount(`systemctl --user start ${backup}`);
    const left = await waitFor('what is left', 60_000, async () => {
      const names = await named();
      return names.length === 8 && !names.includes('new') ? names : undefined;
    });
    expect(left).toEqual([...made.slice(2), expect.not.stringMatching(/^2020/)]);
  });

  test(
    'one of a time to come keeps none from being made, and serves nothing before',
    { timeout: 120_000 },
    async () => {
      const newest = (await named()).at(-1) ?? '';
      const ahead = '20990101T000000Z';
      await asAccount(`systemctl --user stop ${backup}`);
      await box.exec(`cd ${base} && cp -a ${newest} ${ahead}`);
      try {
        await asAccount(`systemctl --user start ${backup}`);
        const next = await waitFor('the next one', 60_000, async () =>
          (await named()).find((name) => name > newest && name !== ahead && name !== 'new'),
        );
        const year = next.slice(0, 4);
        for (const to of ['latest', new Date().toISOString()]) {
          const asked = await battle('--to', to, '--json');
          expect(asked, asked.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`"from": "${year}-`) });
        }
      } finally {
        await box.exec(`rm -rf ${base}/${ahead}`);
      }
    },
  );

  test('a gap in the log is found before anything is stopped', { timeout: 120_000 }, async () => {
    const wal = `${folder}/data/recovery/wal`;
    const current = () => psql('SELECT pg_walfile_name(pg_current_wal_insert_lsn())');
    const started = () => asAccount(`systemctl --user show -P ActiveEnterTimestampMonotonic ${database}`);
    const since = await started();
    await write('before the gap');
    const lost = await current();
    await psql('SELECT pg_switch_wal()');
    await write('after the gap');
    const moment = new Date().toISOString();
    const later = await current();
    await psql('SELECT pg_switch_wal()');
    await write('at the end');
    await waitFor(
      'the log',
      30_000,
      async () => (await psql('SELECT last_archived_wal FROM pg_stat_archiver')) >= later || undefined,
    );
    // What is archived goes from the database's own folder, which would fill the gap.
    await psql('CHECKPOINT');
    const own = `${folder}/data/postgres/pgdata/pg_wal/${lost}`;
    expect(await box.exec(`[ ! -e ${own} ] && mv ${wal}/${lost}.gz ${wal}/../lost.gz`)).toMatchObject({ code: 0 });
    try {
      for (const args of [['latest'], ['latest', '--yes'], [moment], [moment, '--yes']]) {
        const { code, stderr } = await battle('--to', ...args);
        expect([code, stderr]).toEqual([1, expect.stringContaining(`lacks the segment ${lost}: it is whole until 20`)]);
        expect(stderr).toContain('expected a moment before it, for what there is; nothing was changed');
      }
      expect((await battle()).stdout).toContain('a gap in the log');
      expect(await started(), 'not restarted').toBe(since);
      expect(await notes()).toContain('at the end');
    } finally {
      await box.exec(`mv ${wal}/../lost.gz ${wal}/${lost}.gz`);
    }
    expect(await battle('--to', 'latest')).toMatchObject({ code: 0 });
  });

  test('a restore that might fill the disk is refused', { timeout: 120_000 }, async () => {
    const before = await notes();
    const data = `${folder}/data/postgres`;
    expect(await box.exec(`mount -t tmpfs -o size=1m tmpfs ${data}`)).toMatchObject({ code: 0 });
    try {
      for (const args of [[], ['--yes']]) {
        const { code, stderr } = await battle('--to', 'latest', ...args);
        expect([code, stderr]).toEqual([1, expect.stringMatching(/unpacked, and its log of \d+ x 16 MB need up to/)]);
        expect(stderr).toMatch(/ in \S+data\/postgres, where [01] MB are free; nothing was changed/);
      }
    } finally {
      await box.exec(`umount ${data}`);
    }
    expect(await notes()).toEqual(before);
    expect(await answers()).toBe(200);
  });

  test('a backup that might fill the disk is refused, and its unit shows it', { timeout: 240_000 }, async () => {
    const before = await named();
    await asAccount(`systemctl --user stop ${backup}`);
    expect(
      await box.exec(`mount -t tmpfs -o size=1m,mode=0700 tmpfs ${base} && chown --reference=${base}/../wal ${base}`),
    ).toMatchObject({ code: 0 });
    try {
      await asAccount(`systemctl --user start ${backup}`);
      await waitFor('the unit', 150_000, async () => {
        const state = await asAccount(`systemctl --user show -P ActiveState ${backup}`);
        return state !== 'active' || undefined;
      });
      const { stdout } = await box.exec(`journalctl -q -n 20 -o cat CONTAINER_NAME=${backup}`);
      expect(stdout).toMatch(/no backup was made: it may need \d+ MB in data\/recovery\/base, where [01] MB are free/);
    } finally {
      await asAccount(`systemctl --user stop ${backup}`);
      await box.exec(`umount ${base}`);
    }
    expect(await named()).toEqual(before);
    await asAccount(`systemctl --user start ${backup}`);
  });

  test.each([
    [
      'a moment before the first backup',
      ['--to', '2019-12-31T00:00:00Z', '--yes'],
      /no backup of 'code-battle-staging' that serves 2019-12-31T00:00:00.000Z ended before it; nothing was changed/,
    ],
    ['a moment to come', ['--to', '2999-01-01T00:00:00Z'], /is in the future\n +→ at to/],
    [
      'a moment without a zone',
      ['--to', '2026-11-21 10:00'],
      /expected 'latest' or a time with its zone such as .*\n +→ at to/,
    ],
  ])('%s is refused', async (_, args, says) => {
    const before = await notes();
    const { code, stderr } = await battle(...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(says)]);
    expect(await notes()).toEqual(before);
  });

  test('a project that keeps no backups, and one that is not there, are refused', async () => {
    expect((await restore('--project', 'codeb')).stderr).toContain(
      "no backups are kept of project 'codeb' in stack 'staging': its postgres needs 'recoveryDays'",
    );
    expect((await restore('--project', 'shop')).stderr).toContain(
      "stack 'staging' runs no project 'shop': expected one of celly-creative, code-battle, codeb",
    );
  });
});
