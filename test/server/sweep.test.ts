import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodebServer, RecordSet } from '../../components/codeb.ts';
import { Server } from '../../components/server.ts';
import { Session } from '../../provider/session.ts';
import type { Box } from '../../sandbox/box.ts';
import { silent } from '../../sandbox/progress.ts';
import { run as runProcess } from '../../sandbox/run.ts';
import { sandboxServers } from '../../sandbox/settings.ts';
import { askSites } from '../../sandbox/sites.ts';
import { server as serverSettings } from '../../stacks/settings.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { killFamily } from './processes.ts';
import { connectionTo, run } from './stacks.ts';
import { nameOf, SweptPreviews } from './swept-previews.ts';
import { visit } from './visitor.ts';

const tsig = { name: 'codeb', algorithm: 'hmac-sha256' };

describeOnServer('S3.1, S3.2: the sweep of previews', () => {
  let box: Box;
  let previews: SweptPreviews;

  const upOpen = async (pullRequest: number): Promise<void> => {
    await previews.setPullRequest(pullRequest, 'open');
    const outcome = await previews.up(pullRequest);
    expect(outcome, outcome.text).toMatchObject({ failed: false });
  };

  beforeAll(async () => {
    box = await testBox();
    previews = await SweptPreviews.begin(box);
    await upOpen(12);
    await upOpen(13);
    await askSites(box, ['https://pr-12.code-battle.codeb.dev', 'https://pr-13.code-battle.codeb.dev'], silent);
  });
  afterAll(() => previews.end());

  test('of a closed pull request whose state is lost nothing is left, and its neighbour answers all the time', async () => {
    await previews.forget(await previews.open(12));
    expect((await previews.sweep('--yes')).find(12)).toMatchObject({ verdict: 'stays' });
    await previews.setPullRequest(12, 'closed');
    const before = await previews.tracesOf(12);
    const shown = await previews.sweep();
    expect(shown).toMatchObject({ code: 0, problems: [] });
    const kinds = new Set(shown.find(12)?.things.map(({ kind }) => kind));
    const onServer = ['workload', 'folder', 'units', 'site', 'lease', 'pod', 'container', 'network', 'certificate'];
    expect([...kinds].sort()).toEqual([...onServer, 'record', 'environment', 'bucket', 'API token'].sort());
    expect(await previews.tracesOf(12), 'nothing was changed').toBe(before);

    const visitor = visit(box.httpsPort, 'pr-13.code-battle.codeb.dev', await box.acmeRoot());
    const swept = await previews.sweep('--yes');
    expect(swept).toMatchObject({ code: 0, problems: [] });
    expect(swept.find(12)).toMatchObject({ verdict: 'closed', outcome: { kind: 'removed' } });
    expect(swept.find(13)).toMatchObject({ verdict: 'stays' });
    expect(await previews.tracesOf(12)).toBe('');
    const { served, lost } = await visitor.end();
    expect(served).toBeGreaterThan(0);
    expect(lost).toEqual([]);
    const neighbour = await previews.up(13);
    expect(Object.keys(neighbour.changes), neighbour.text).toEqual(['same']);
    expect((await previews.sweep()).find(12)).toBeUndefined();
  });

  /** Destroys a stack and kills the engine and its providers at a line of its output. */
  async function destroyUntil(stack: string, line: RegExp): Promise<void> {
    const child = spawn('pulumi', ['destroy', '--yes', '--skip-preview', '--non-interactive', '--stack', stack], {
      cwd: previews.work,
      env: { ...process.env, ...previews.environment() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise<number | null>((ended) => child.once('close', ended));
    for await (const text of createInterface(child.stdout)) {
      if (line.test(text) && child.pid !== undefined) killFamily(child.pid);
    }
    expect(await gone, 'it was killed before its end').not.toBe(0);
  }

  test.each([
    ['the site is removed', /CaddySite .*delet/],
    ['the workload is removed', /Workload .*deleting/],
  ])('a destroy that is killed while %s is finished', { timeout: 300_000 }, async (_, line) => {
    await upOpen(13);
    await previews.setPullRequest(13, 'closed');
    await destroyUntil(nameOf(13), line);
    expect(await previews.tracesOf(13)).not.toBe('');
    const swept = await previews.sweep('--yes');
    expect(swept.find(13), JSON.stringify(swept.find(13)?.outcome)).toMatchObject({
      verdict: 'closed',
      outcome: { kind: 'removed' },
    });
    expect(swept).toMatchObject({ code: 0, problems: [] });
    expect(await previews.tracesOf(13)).toBe('');
    const { stdout } = await runProcess('pulumi', ['stack', 'ls', '--json'], {
      cwd: previews.work,
      env: previews.environment(),
    });
    expect(stdout).not.toContain(nameOf(13));
  });

  test('of a workload whose list the server has lost nothing is left either', async () => {
    await upOpen(13);
    await previews.forget(await previews.open(13));
    await box.exec(`rm -rf /var/lib/codeb/state/${nameOf(13)}`);
    await previews.setPullRequest(13, 'closed');
    const swept = await previews.sweep('--yes');
    expect(swept.find(13)?.outcome, swept.find(13)?.why).toEqual({ kind: 'removed' });
    expect(await previews.tracesOf(13)).toBe('');
  });

  test.each([
    [['code-battle'], "'code-battle' is not the slug of a preview"],
    [['code-battle-pr-0'], 'is not the slug of a preview'],
    [['../code-battle-pr-1'], 'is not the slug of a preview'],
    [['code-battle-pr-1', 'container:code-battle-api'], "'container:code-battle-api' is not of the preview"],
    [['code-battle-pr-1', 'container:code-battle-pr-12-api'], 'is not of the preview'],
    [['code-battle-pr-1', 'certificate:code-battle.codeb.dev'], 'is not of the preview'],
    [['code-battle-pr-1', 'certificate:pr-12.code-battle.codeb.dev'], 'is not of the preview'],
    [['code-battle-pr-1', 'certificate:pr-1.x/../../y'], 'is not of the preview'],
    [['code-battle-pr-1', 'folder:code-battle-pr-1'], 'is not of the preview'],
  ])('the server itself refuses %j', async (words, reason) => {
    const session = new Session({ connection: connectionTo(box), privilege: 'root' });
    await expect(session.change('sweep', words)).rejects.toThrow(reason);
    await session.close();
  });

  test('S2.4: on BIND9 its records are found without a site that tells them, and a server that lists nothing is told', async () => {
    const dns = { backend: 'rfc2136', port: 5300, zones: ['codeb.dev'], tsig } as const;
    const settings = serverSettings.parse({ ...sandboxServers(box, 'preview').codeb, dns });
    for (const pullRequest of [14, 15]) {
      const stack = await previews.stacks.open(nameOf(pullRequest), async () => {
        const { prepared } = new Server('bind9', { settings });
        const connection = connectionTo(box);
        const bind9 = { backend: 'rfc2136' as const, server: '127.0.0.1', port: 5300, tsig };
        const provider = new CodebServer('box', { connection, privilege: 'root', dns: bind9 });
        const name = `pr-${pullRequest}.code-battle.codeb.dev`;
        const set = { zone: 'codeb.dev', name, type: 'A' as const, values: ['192.0.2.1'] };
        new RecordSet('one', set, { provider, dependsOn: prepared });
        return {};
      });
      const outcome = await run(stack, 'up');
      expect(outcome, outcome.text).toMatchObject({ failed: false });
      await previews.forget(stack);
    }
    await previews.setPullRequest(14, 'closed');
    await previews.setPullRequest(15, 'open');
    await previews.look({ codeb: { ...sandboxServers(box, 'preview').codeb, dns } });
    const ask = async (what: string) =>
      (await box.exec(`dig +short @127.0.0.1 -p 5300 ${what}.code-battle.codeb.dev`)).stdout;
    expect(await ask('pr-14')).toBe('192.0.2.1\n');
    const transfers = (who: string) =>
      box.exec(`sed -i 's/allow-transfer .*/allow-transfer { ${who}; };/' /etc/bind/codeb.conf && rndc reconfig`);
    expect(await transfers('none')).toMatchObject({ code: 0 });
    const refused = await previews.sweep();
    expect(refused.problems.join()).toMatch(
      /127\.0\.0\.1:5300 does not list zone 'codeb\.dev' \(REFUSED\): .* allow-transfer \{ key "codeb"; \};/,
    );
    expect(await transfers('key "codeb"')).toMatchObject({ code: 0 });
    const swept = await previews.sweep('--yes');
    expect(swept).toMatchObject({ code: 0, problems: [] });
    expect(swept.find(14)?.things).toMatchObject([{ kind: 'record' }]);
    expect(await ask('pr-14')).toBe('');
    expect(await ask('pr-15'), 'of a pull request that is open').toBe('192.0.2.1\n');
  });
});
