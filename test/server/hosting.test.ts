import { join } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import program from '../../index.ts';
import type { Box } from '../../sandbox/box.ts';
import { askPages } from '../../sandbox/pages-sites.ts';
import { silent } from '../../sandbox/progress.ts';
import { sandboxConfig } from '../../sandbox/settings.ts';
import { askSite, askSites } from '../../sandbox/sites.ts';
import { configure } from '../../sandbox/stack-config.ts';
import { answerForCloudflare, cloudflare, type StandIns, startStandIns } from '../../sandbox/stand-ins.ts';
import { waitFor } from '../../sandbox/wait.ts';
import type { Stage } from '../../stacks/names.ts';
import { registry } from '../../stacks/registry.ts';
import { type Client, connectTo } from './clients.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { type Outcome, run, Stacks } from './stacks.ts';

type Chosen = NonNullable<Parameters<typeof sandboxConfig>[2]>['projects'];

const stages = {
  production: { environment: 'production' },
  staging: { environment: 'staging' },
  'code-battle-pr-12': { environment: 'preview', pullRequest: 12 },
  'celly-creative-pr-13': { environment: 'preview', pullRequest: 13 },
  'paintshare-pr-14': { environment: 'preview', pullRequest: 14 },
  'codeb-pr-15': { environment: 'preview', pullRequest: 15 },
  'sprintsolo-pr-16': { environment: 'preview', pullRequest: 16 },
} as const satisfies Record<string, Stage>;
type Name = keyof typeof stages;

const usual: Record<Name, Chosen> = {
  production: undefined,
  staging: undefined,
  'code-battle-pr-12': { 'code-battle': {} },
  'celly-creative-pr-13': { 'celly-creative': {} },
  'paintshare-pr-14': { paintshare: {} },
  'codeb-pr-15': { codeb: {} },
  'sprintsolo-pr-16': { sprintsolo: {} },
};
const names: Name[] = ['production', 'staging', 'code-battle-pr-12', 'celly-creative-pr-13'];

const everything = {
  'celly-creative': {},
  codeb: {},
  paintshare: {},
  sprintsolo: { chats: [{ id: 'abc123', created: 1764547200 }] },
};
const answer = z.object({ switches: z.record(z.string(), z.boolean()), version: z.string() });

describeOnServer('five systems, three environments, two previews on one server (S0-S4)', () => {
  let box: Box;
  let stacks: Stacks;
  let standIns: StandIns;

  const open = async (name: Name, projects: Chosen = usual[name]): Promise<Stack> => {
    const stack = await stacks.open(name, program, standIns.environment);
    await configure(stack, sandboxConfig(box, stages[name], { projects, protectData: false }));
    return stack;
  };
  const up = async (name: Name, projects?: Chosen): Promise<Outcome> => run(await open(name, projects), 'up');
  const registryOf = async (name: Name) =>
    registry.parse((await (await stacks.open(name, program, standIns.environment)).outputs()).registry?.value);
  const asAccount = async (command: string) => {
    const { stdout, stderr } = await box.exec(
      `cd / && runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) ${command}`,
    );
    return `${stdout}${stderr}`.trim();
  };
  const startOf = (unit: string) => asAccount(`systemctl --user show -p ActiveEnterTimestampMonotonic --value ${unit}`);
  const onCloudflare = async (path: string): Promise<unknown> => {
    const { CLOUDFLARE_BASE_URL: base, CLOUDFLARE_API_TOKEN: token } = standIns.environment;
    const response = await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return z.object({ result: z.unknown() }).parse(await response.json()).result;
  };

  const listed = async (path: string) => z.array(z.record(z.string(), z.unknown())).parse(await onCloudflare(path));

  const onGithub = async (path: string): Promise<unknown> => {
    const { GITHUB_BASE_URL: base, GITHUB_TOKEN: token } = standIns.environment;
    const response = await fetch(`${base}api/v3/repos/${path}`, { headers: { authorization: `Bearer ${token}` } });
    return response.json();
  };

  const expectAnswers = async (urls: string[], onPages: string[]) => {
    const answers = new Map([
      ...(await askSites(box, urls, silent)),
      ...(await askPages(box, standIns, onPages, silent)),
    ]);
    for (const url of [...urls, ...onPages]) expect([url, answers.get(url)?.status]).toEqual([url, 200]);
  };

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    standIns = await startStandIns(box, stacks.folder);
    await answerForCloudflare(box);
    await box.exec(
      'install -d -o codeb -g codeb /var/lib/codeb/templates/code-battle && echo "CREATE TABLE seeded (id int);" >/var/lib/codeb/templates/code-battle/001.sql',
    );
  });
  afterAll(async () => {
    await stacks.end();
    await standIns.end();
  });

  test('all four stacks go up at the same moment without a clash', { timeout: 600_000 }, async () => {
    const outcomes = await Promise.all(names.map((name) => up(name)));
    for (const outcome of outcomes) expect(outcome, outcome.text).toMatchObject({ failed: false });
    const documents = await Promise.all(names.map(registryOf));
    const ports = documents.flatMap(({ projects }) =>
      Object.values(projects).flatMap(({ environments }) =>
        Object.values(environments).flatMap((one) => Object.values(one.ports)),
      ),
    );
    expect(ports.length).toBeGreaterThan(25);
    expect(new Set(ports).size).toBe(ports.length);
  });

  test('S2.5: what asks without HTTPS is sent there, and a longer answer comes compressed', async () => {
    const name = 'code-battle.codeb.dev';
    const plain = `curl -sS -o /dev/null -w '%{http_code} %{redirect_url}' --resolve ${name}:80:127.0.0.1 http://${name}/x`;
    expect((await box.exec(plain)).stdout).toBe(`308 https://${name}/x`);
    // The app tells what was forwarded to it, so a long header makes a long answer.
    const headers = `-H 'Accept-Encoding: gzip' -H 'X-Forwarded-Prefix: ${'/x'.repeat(500)}'`;
    const asked = `curl -skS -D - -o /dev/null ${headers} --resolve ${name}:443:127.0.0.1 https://${name}/`;
    expect((await box.exec(asked)).stdout).toMatch(/^content-encoding: gzip/im);
  });

  test('S1.1, S3.4, S4.2: each answers over HTTPS under its names', { timeout: 300_000 }, async () => {
    const urls = [
      'https://celly-creative.codeb.one-q.xyz',
      'https://staging.celly-creative.codeb.one-q.xyz',
      'https://pr-13.celly-creative.codeb.one-q.xyz',
      'https://code-battle.codeb.dev',
      'https://api.code-battle.codeb.dev',
      'https://staging.code-battle.codeb.dev',
      'https://api.staging.code-battle.codeb.dev',
      'https://pr-12.code-battle.codeb.dev',
      'https://api.pr-12.code-battle.codeb.dev',
      'https://api.codeb.dev',
      'https://staging-api.codeb.dev',
      'https://share-paint.app',
      'https://staging.share-paint.app',
      'https://socket.share-paint.app/healthz',
      'https://socket.staging.share-paint.app/healthz',
    ];
    await expectAnswers(urls, ['https://abc123.sprint.solo.dev', 'https://staging.abc123.sprint.solo.dev']);
  });

  test('a second update of each changes nothing', { timeout: 300_000 }, async () => {
    for (const name of names) {
      const outcome = await up(name);
      expect(Object.keys(outcome.changes), outcome.text).toEqual(['same']);
    }
  });

  test('S0.1, S0.3, S1.6: what Cloudflare has', async () => {
    const account = `/accounts/${cloudflare.accountId}`;
    expect((await listed(`${account}/pages/projects`)).map(({ name }) => name).sort()).toEqual([
      'sprint-abc123-1764547200',
      'sprint-abc123-1764547200-staging',
    ]);
    const records = await listed(`/zones/${cloudflare.zones['sprint.solo.dev'].id}/dns_records`);
    expect(records).toContainEqual(
      expect.objectContaining({
        type: 'CNAME',
        name: 'abc123.sprint.solo.dev',
        content: 'sprint-abc123-1764547200.pages.dev',
        proxied: true,
      }),
    );
    const environment = await box.exec('cat /var/lib/codeb/projects/code-battle/config/api.env');
    expect(environment.stdout).toMatch(/S3_ENDPOINT=https:\/\/.*\nS3_BUCKET=code-battle\nS3_ACCESS_KEY_ID=\w+/);
    const secrets = await box.exec(
      'cd /var/lib/codeb/projects/code-battle/config && stat -c %a api.secrets.env && grep -c "^S3_SECRET_ACCESS_KEY=." api.secrets.env',
    );
    expect(secrets.stdout).toBe('600\n1\n');
  });

  test('S3.1: what GitHub has', async () => {
    expect(await onGithub('share-paint/share-paint/environments/production')).toMatchObject({
      protection_rules: expect.arrayContaining([expect.objectContaining({ type: 'required_reviewers' })]),
      deployment_branch_policy: { custom_branch_policies: true },
    });
    expect(await onGithub('share-paint/share-paint/environments/production/deployment-branch-policies')).toMatchObject({
      branch_policies: expect.arrayContaining([
        expect.objectContaining({ name: 'main', type: 'branch' }),
        expect.objectContaining({ name: 'v*', type: 'tag' }),
      ]),
    });
    expect(await onGithub('share-paint/share-paint/environments/production/secrets')).toMatchObject({
      secrets: [{ name: 'SLACK_WEBHOOK_URL' }],
    });
    const battle = 'ai-code-battle/ai-code-battle/environments';
    expect(await onGithub(battle)).toMatchObject({ total_count: 3 });
    expect(await onGithub(`${battle}/pr-12/deployment-branch-policies`), 'no other pull request').toMatchObject({
      branch_policies: [{ name: 'refs/pull/12/merge' }],
    });
    expect(await onGithub('share-paint/share-paint/rulesets')).toMatchObject([{ name: 'codeb checks' }]);
    expect(await onGithub('codeb/infra/rulesets')).toMatchObject([{ name: 'codeb checks' }]);
  });

  test('S1.2: a WebSocket stays open while other sites change, and replicas tell one another', async () => {
    const host = 'api.code-battle.codeb.dev';
    const clients: Client[] = [];
    while (new Set(clients.map(({ heard }) => heard[0])).size < 2 && clients.length < 12) {
      clients.push(await connectTo(box, host, '/ws'));
    }
    expect([...new Set(clients.map(({ heard }) => heard[0]))].sort()).toEqual(['replica 4000', 'replica 4001']);
    await box.exec('touch /etc/caddy/codeb && systemctl reload caddy');
    const [first, ...others] = clients;
    first?.say('hello');
    await waitFor('every client to hear', 10_000, async () =>
      clients.every(({ heard }) => heard.some((text) => text.endsWith('says hello'))) ? true : undefined,
    );
    expect([first, ...others].every((client) => client?.isOpen())).toBe(true);
    for (const client of clients) client.close();
  });

  test('S1.3: a worker takes its jobs, and reaches neither a network nor another project', async () => {
    const probe = (address: string) => asAccount(`podman exec code-battle-python /sample-app probe ${address}`);
    const ports = (await registryOf('production')).projects.codeb?.environments.production?.ports;
    expect(await probe(`127.0.0.1:${ports?.app}`)).toMatch(/refused/);
    expect(await probe('192.0.2.1:53')).toMatch(/unreachable/);
    expect(await probe('10.200.0.1:80')).toMatch(/unreachable/);
    const redis = (words: string) => asAccount(`podman exec code-battle-redis redis-cli ${words}`);
    await redis('LPUSH jobs 192.0.2.1:53');
    await waitFor('the result of a job', 20_000, async () =>
      /[1-9]/.test(await redis('LLEN results')) ? true : undefined,
    );
    expect(await redis('RPOP results')).toMatch(/unreachable/);
    const limits = await asAccount(
      'systemctl --user show -p MemoryMax -p CPUQuotaPerSecUSec -p TasksMax code-battle-cpp',
    );
    expect(limits.split('\n').sort()).toEqual([
      'CPUQuotaPerSecUSec=500ms',
      `MemoryMax=${256 * 1024 * 1024}`,
      'TasksMax=64',
    ]);
  });

  test('S1.1, S3.2: a preview has data of its own from its template, only to be read, and no worker', async () => {
    const psql = (statement: string, options = '') =>
      asAccount(
        `podman exec code-battle-pr-12-postgres sh -c 'PGPASSWORD=$POSTGRES_PASSWORD ${options} psql -U code-battle -d code-battle -Atc "${statement}"'`,
      );
    expect(await psql('select count(*) from seeded; select name from migrated')).toBe('0\n001_matches.sql');
    const url = (await box.exec('cat /var/lib/codeb/projects/code-battle-pr-12/config/api.secrets.env')).stdout;
    expect(url).toContain('options=-c%20default_transaction_read_only%3Don');
    expect(await asAccount('podman ps --format {{.Names}}')).not.toMatch(/code-battle-pr-12-(python|cpp|java)/);
    expect(await psql('show wal_level')).toBe('logical');
  });

  test('S3.8: a switch is thrown without a restart', async () => {
    const before = await startOf('paintshare-web');
    const outcome = await up('production', {
      ...everything,
      'code-battle': {},
      paintshare: { switches: { battle: false } },
    });
    expect(outcome, outcome.text).toMatchObject({ failed: false, changes: { update: 1 } });
    const { body } = await askSite(box, 'https://share-paint.app', await box.acmeRoot());
    expect(answer.parse(JSON.parse(body)).switches).toEqual({ read_only: false, battle: false });
    expect(await startOf('paintshare-web')).toBe(before);
  });

  test('S3.3: an update is held to the plan of its preview, sealed variables and all', async () => {
    const file = join(stacks.folder, 'plan.json');
    const thrown = (matches: boolean) =>
      open('production', {
        ...everything,
        'code-battle': { switches: { matches } },
        paintshare: { switches: { battle: true } },
      });
    await (await thrown(true)).preview({ plan: file });
    const { summary } = await (await thrown(true)).up({ plan: file });
    expect(summary.resourceChanges).toMatchObject({ update: 1 });
    await expect((await thrown(false)).up({ plan: file })).rejects.toThrow(/code-battle violates plan/);
  });

  test('S3.7: a migration runs before the app changes; one that takes something away is refused', async () => {
    const withApi = (tag: string): Chosen => ({
      ...everything,
      'code-battle': { images: { api: `ghcr.io/ai-code-battle/api:${tag}` } },
    });
    const psql =
      'podman exec code-battle-staging-postgres sh -c \'PGPASSWORD=$POSTGRES_PASSWORD psql -U code-battle -d code-battle -Atc "select name from migrated order by 1"\'';
    const expanded = await up('staging', withApi('1.1.0'));
    expect(expanded, expanded.text).toMatchObject({ failed: false });
    expect(await asAccount(psql)).toBe('001_matches.sql\n002_winner.sql');
    const start = await startOf('code-battle-staging-api');

    const refused = await up('staging', withApi('drops'));
    expect(refused.failed).toBe(true);
    expect(refused.text).toContain('003_no_title.sql:2: ALTER TABLE matches DROP COLUMN title');
    expect(refused.text).toContain('nothing was changed');

    const broken = await up('staging', withApi('fails'));
    expect(broken.failed).toBe(true);
    expect(broken.text).toMatch(/the migration of code-battle-staging-api .* failed; the app was not touched/);
    expect(broken.text).toContain('relation "nowhere" does not exist');
    expect(broken.text).toContain("the previous state of 'code-battle-staging' is back and running");
    expect(await asAccount(psql)).toBe('001_matches.sql\n002_winner.sql');
    expect(Number(start)).toBeGreaterThan(0);
    expect(await up('staging', withApi('1.1.0'))).toMatchObject({ failed: false });
  });

  test('S3.4: the version before stays on the server and can be gone back to', async () => {
    const socket = (tag: string): Chosen => ({
      ...everything,
      'code-battle': {},
      paintshare: { images: { socket: tag } },
    });
    expect(await up('production', socket('ghcr.io/share-paint/socket:8a41f27'))).toMatchObject({ failed: false });
    const deployed = (await registryOf('production')).projects.paintshare?.environments.production?.images.socket;
    expect(deployed?.previous).toMatch(/^ghcr\.io\/share-paint\/socket@sha256:/);
    expect(await asAccount(`podman image exists ${deployed?.previous} && echo there`)).toBe('there');
    expect(await up('production', socket(deployed?.previous ?? ''))).toMatchObject({ failed: false });
    const { body } = await askSite(box, 'https://socket.share-paint.app', await box.acmeRoot());
    expect(answer.parse(JSON.parse(body)).version).toBe('1.0.0');
  });

  test(
    'S3.2: previews that are closed while staging is deployed leave nothing behind',
    { timeout: 300_000 },
    async () => {
      const [staging, ...gone] = await Promise.all([
        up('staging'),
        run(await open('code-battle-pr-12'), 'destroy'),
        run(await open('celly-creative-pr-13'), 'destroy'),
      ]);
      for (const outcome of [staging, ...gone]) expect(outcome, outcome.text).toMatchObject({ failed: false });
      const left = await box.exec(
        `ls /var/lib/codeb/projects /var/lib/codeb/state /etc/caddy/codeb /var/lib/codeb/home/.config/containers/systemd; cat /var/lib/codeb/leases/*; pdnsutil list-zone codeb.dev; pdnsutil list-zone codeb.one-q.xyz`,
      );
      expect(left.stdout).not.toMatch(/pr-1[23]/);
      expect(await asAccount('podman ps -a --format {{.Names}}')).not.toMatch(/pr-1[23]/);
      expect(await asAccount('podman network ls --format {{.Name}}')).not.toMatch(/pr-1[23]/);
    },
  );

  test('S3.2: each of the other systems has a preview too, which answers and goes', { timeout: 600_000 }, async () => {
    const others = ['paintshare-pr-14', 'codeb-pr-15', 'sprintsolo-pr-16'] as const;
    const traces = async () => {
      const here = await box.exec(
        'ls -d /var/lib/codeb/projects/* /var/lib/codeb/state/* /etc/caddy/codeb/*; cat /var/lib/codeb/leases/*; pdnsutil list-zone codeb.dev',
      );
      const zones = Object.values(cloudflare.zones).map(({ id }) => onCloudflare(`/zones/${id}/dns_records`));
      const sites = await onCloudflare(`/accounts/${cloudflare.accountId}/pages/projects`);
      const all = `${here.stdout}${await asAccount('podman ps -a')}${JSON.stringify([sites, await Promise.all(zones)])}`;
      return new Set(all.match(/\bpr-1[4-6]\b/g));
    };
    const outcomes = await Promise.all(others.map((name) => up(name)));
    for (const outcome of outcomes) expect(outcome, outcome.text).toMatchObject({ failed: false });
    expect(await traces()).toEqual(new Set(['pr-14', 'pr-15', 'pr-16']));
    await expectAnswers(
      ['https://pr-14.share-paint.app', 'https://pr-15-api.codeb.dev'],
      ['https://pr-16.sample.sprint.solo.dev'],
    );
    for (const name of others) expect(Object.keys((await up(name)).changes)).toEqual(['same']);
    for (const name of others) expect(await run(await open(name), 'destroy')).toMatchObject({ failed: false });
    expect(await traces()).toEqual(new Set());
  });

  test('destroy of all leaves no record, site or unit, and keeps the data', { timeout: 300_000 }, async () => {
    for (const name of ['production', 'staging'] as const) {
      const outcome = await run(await open(name), 'destroy');
      expect(outcome, outcome.text).toMatchObject({ failed: false });
    }
    for (const { id } of Object.values(cloudflare.zones))
      expect(await onCloudflare(`/zones/${id}/dns_records`)).toEqual([]);
    expect(await onCloudflare(`/accounts/${cloudflare.accountId}/pages/projects`)).toEqual([]);
    expect(await onCloudflare('/user/tokens')).toEqual([]);
    expect(await onCloudflare(`/accounts/${cloudflare.accountId}/r2/buckets`)).toEqual({ buckets: [] });
    for (const repository of ['share-paint/share-paint', 'ai-code-battle/ai-code-battle', 'codeb/infra']) {
      expect(await onGithub(`${repository}/environments`)).toMatchObject({ total_count: 0 });
      expect(await onGithub(`${repository}/rulesets`)).toEqual([]);
    }
    expect(await asAccount('podman ps -a --format {{.Names}}')).toBe('');
    const left = await box.exec(`cat /var/lib/codeb/leases/*
      find /etc/caddy/codeb /var/lib/codeb/state /var/lib/codeb/home/.config/containers/systemd -mindepth 1
      for zone in codeb.dev codeb.one-q.xyz; do pdnsutil list-zone $zone; done | awk '$4 ~ /^(A|AAAA|CNAME|TXT)$/ && $1 !~ /^ns1/'`);
    expect(left.stdout).toBe('');
    expect((await box.exec('ls /var/lib/codeb/projects/code-battle/data/postgres')).stdout).toContain('pgdata');
  });
});
