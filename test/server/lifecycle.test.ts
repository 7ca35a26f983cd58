import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import program from '../../index.ts';
import { Session } from '../../provider/session.ts';
import type { Box } from '../../sandbox/box.ts';
import { silent } from '../../sandbox/progress.ts';
import { sandboxConfig } from '../../sandbox/settings.ts';
import { askSite, askSites } from '../../sandbox/sites.ts';
import { configure } from '../../sandbox/stack-config.ts';
import { type StandIns, startStandIns } from '../../sandbox/stand-ins.ts';
import { registry } from '../../stacks/registry.ts';
import { accessCommands, postgresAccess, redisAccess } from '../../stacks/shared-access.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { connectionTo, preview, run, Stacks } from './stacks.ts';
import { visit } from './visitor.ts';

const projects = z.record(
  z.string(),
  z.object({
    url: z.url(),
    ports: z.record(z.string(), z.int()),
    units: z.array(z.string()),
    images: z.record(z.string(), z.string()),
    status: z.literal('running'),
  }),
);

describeOnServer('the program, production and staging on one server (S2, S4)', () => {
  let box: Box;
  let stacks: Stacks;
  let standIns: StandIns;
  const open = async (environment: 'production' | 'staging', images: Record<string, string> = {}): Promise<Stack> => {
    const stack = await stacks.open(environment, program, standIns.environment);
    const chosen = { 'celly-creative': {}, codeb: {} };
    const withImages = Object.fromEntries(
      Object.entries(chosen).map(([name]) => [
        name,
        images[name] === undefined ? {} : { images: { app: images[name] } },
      ]),
    );
    await configure(stack, sandboxConfig(box, { environment }, { projects: withImages, protectData: false }));
    return stack;
  };
  const outputs = async (stack: Stack) => {
    const found = await stack.outputs();
    return { projects: projects.parse(found.projects?.value), registry: registry.parse(found.registry?.value) };
  };
  const asAccount = async (command: string) =>
    (
      await box.exec(`cd / && runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) ${command}`)
    ).stdout.trim();
  const startOf = (unit: string) => asAccount(`systemctl --user show -p ActiveEnterTimestampMonotonic --value ${unit}`);

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    standIns = await startStandIns(box, stacks.folder);
  });
  afterAll(async () => {
    await stacks.end();
    await standIns.end();
  });

  test('both stacks go up at the same time, and each site answers over HTTPS (S2.4, S2.5, S4.2, S4.3)', async () => {
    const both = [await open('production'), await open('staging')];
    const outcomes = await Promise.all(both.map((stack) => run(stack, 'up')));
    for (const outcome of outcomes) expect(outcome, outcome.text).toMatchObject({ failed: false });
    const found = await Promise.all(both.map(outputs));
    const urls = found.flatMap((one) => Object.values(one.projects).map(({ url }) => url));
    expect(urls.sort()).toEqual([
      'https://api.codeb.dev',
      'https://celly-creative.codeb.one-q.xyz',
      'https://staging-api.codeb.dev',
      'https://staging.celly-creative.codeb.one-q.xyz',
    ]);
    const answers = await askSites(box, urls, silent);
    for (const url of urls) {
      const { status, body } = answers.get(url) ?? {};
      expect([url, status]).toEqual([url, 200]);
      const told = z.object({ forwarded: z.record(z.string(), z.string()) }).parse(JSON.parse(body ?? '{}'));
      expect(told.forwarded['X-Forwarded-Proto']).toBe('https');
      expect(told.forwarded).toMatchObject({ 'X-Real-Ip': expect.any(String), 'X-Forwarded-For': expect.any(String) });
    }
  });

  test('an app is told the address of its visitor, behind the proxy of Cloudflare too, and nobody makes one up (S2.5)', async () => {
    const host = 'celly-creative.codeb.one-q.xyz';
    const madeUp = ['For: 192.0.2.66', 'Host: made-up.example', 'Proto: http']
      .map((one) => `-H 'X-Forwarded-${one}'`)
      .join(' ');
    const told = async (from: string) => {
      const asked = await box.exec(
        `curl -sk --interface ${from} --resolve ${host}:443:127.0.0.1 -H 'CF-Connecting-IP: 198.51.100.7' ${madeUp} https://${host}/`,
      );
      return z.object({ forwarded: z.record(z.string(), z.string()) }).parse(JSON.parse(asked.stdout)).forwarded;
    };
    const toldOf = (address: string) => ({
      ...{ 'X-Real-Ip': address, 'X-Forwarded-For': address },
      ...{ 'X-Forwarded-Host': host, 'X-Forwarded-Proto': 'https' },
    });
    expect(await told('127.0.0.1')).toEqual(toldOf('127.0.0.1'));
    // One of Cloudflare's own: https://www.cloudflare.com/ips/
    await box.exec('ip address add 173.245.48.1/32 dev lo');
    onTestFinished(async () => void (await box.exec('ip address del 173.245.48.1/32 dev lo')));
    expect(await told('173.245.48.1')).toEqual(toldOf('198.51.100.7'));
  });

  test('no two leases are the same, each in its range (S2.3, S4.1)', async () => {
    const found = await Promise.all([open('production'), open('staging')].map(async (stack) => outputs(await stack)));
    const ports = found.flatMap((one) => Object.values(one.projects).flatMap(({ ports }) => Object.values(ports)));
    expect(new Set(ports).size).toBe(ports.length);
    expect(found[0]?.projects.codeb?.ports.app).toBe(3008);
    expect(found[0]?.projects['celly-creative']?.ports.app).toBeGreaterThanOrEqual(4000);
    expect(found[1]?.projects['codeb-staging']?.ports.app).toBeGreaterThanOrEqual(3100);
    const published = await asAccount('podman ps --format {{.Ports}}');
    expect(published).not.toMatch(/0\.0\.0\.0|\[::\]/);
    expect(published).toMatch(/127\.0\.0\.1:3008->3000/);
  });

  test('the tree and its modes (S2.2), the pod and its containers (S2.1), limits as systemd has them (S2.6)', async () => {
    const tree = await box.exec(
      'cd /var/lib/codeb/projects/celly-creative && stat -c "%a %U %n" app config config/* data/postgres data/redis logs',
    );
    expect(tree.stdout).toMatch(
      /^750 codeb app$[^]*^700 \S+ data\/postgres$[^]*^700 \S+ data\/redis$[^]*^750 \S+ logs$/m,
    );
    expect(tree.stdout.split('\n')).toEqual(
      expect.arrayContaining([
        '700 codeb config',
        '600 codeb config/postgres.password',
        '600 codeb config/app.secrets.env',
      ]),
    );
    expect(await asAccount('podman ps --filter pod=project-celly-creative --format {{.Names}} | sort')).toMatch(
      /celly-creative-app\ncelly-creative-backup\ncelly-creative-postgres\ncelly-creative-redis/,
    );
    const limits = await asAccount(
      'systemctl --user show -p MemoryMax -p CPUQuotaPerSecUSec -p TasksMax -p Restart -p StartLimitBurst celly-creative-app',
    );
    expect(limits).toMatch(/MemoryMax=\d+/);
    expect(limits).toMatch(/CPUQuotaPerSecUSec=1s/);
    expect(limits).toMatch(/TasksMax=256/);
    expect(limits).toMatch(/Restart=always/);
    expect(limits).toMatch(/StartLimitBurst=20/);
    expect(
      await asAccount(
        'podman inspect --format "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}}" celly-creative-app',
      ),
    ).toMatch(/^true .*no-new-privileges/);
  });

  test('a project does not reach the database of another (S2.6)', async () => {
    const ip = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    // The pod's address is that of the container which holds its namespaces.
    const pod = await asAccount(`podman pod inspect --format '{{.InfraContainerID}}' project-celly-creative`);
    const address = await asAccount(`podman inspect --format '${ip}' ${pod}`);
    expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    const inside = `podman exec celly-creative-staging-postgres bash -c`;
    const itself = `podman exec celly-creative-postgres bash -c 'echo >/dev/tcp/${address}/5432 && echo open'`;
    expect(await asAccount(itself)).toBe('open');
    expect(await asAccount(`${inside} 'echo >/dev/tcp/127.0.0.1/5432 && echo open'`)).toBe('open');
    expect(
      await asAccount(
        `${inside} 'timeout 3 bash -c "echo >/dev/tcp/${address}/5432" 2>/dev/null && echo open || echo closed'`,
      ),
    ).toBe('closed');
  });

  test('a shared database is fresh for migrations until it has a table (S3.7)', async () => {
    const image = 'ghcr.io/ai-code-battle/api:1.0.0';
    const session = new Session({ connection: connectionTo(box), privilege: 'root' });
    onTestFinished(() => session.close());
    const sql = (database: string) =>
      session.look('sql', ['shop', '/var/lib/codeb/projects/shop', image, '/migrations', 'shared-postgres', database]);
    const psql = (statement: string) =>
      asAccount(
        `podman exec shared-postgres sh -c 'PGPASSWORD=$POSTGRES_PASSWORD psql -U "$POSTGRES_USER" -d codeb -c "${statement}"'`,
      );
    expect(await sql('codeb')).toBe('fresh\n');
    await psql('CREATE TABLE kept (id int)');
    expect(await sql('codeb')).toMatch(/^file 001_matches\.sql /);
    expect(await sql('nowhere'), 'it cannot be asked').toMatch(/^file 001_matches\.sql /);
    await psql('DROP TABLE kept');
  });

  test('who shares an instance reaches its own part of it alone (S4.6)', async () => {
    const ask = async (container: string, command: string, input: string) => {
      const enter = `runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) podman exec -i ${container} ${command}`;
      const { stdout, stderr } = await box.exec(`cd / && ${enter}`, { input });
      return `${stdout}${stderr}`.trim();
    };
    const inPostgres = (database: string) =>
      ask(
        'shared-postgres',
        `psql -At 'postgresql://tenant:its-own@localhost/${database}'`,
        'SELECT current_database()',
      );
    expect(
      await ask('shared-postgres', `sh -c '${accessCommands.postgres}'`, postgresAccess('tenant', 'its-own')),
    ).toBe('');
    expect(await inPostgres('tenant')).toBe('tenant');
    for (const database of ['codeb', 'postgres'])
      expect(await inPostgres(database)).toContain(`permission denied for database "${database}"`);
    const inRedis = (command: string) =>
      ask('shared-redis', 'redis-cli --no-auth-warning --user tenant --pass its-own', command);
    await ask('shared-redis', 'redis-cli', redisAccess('tenant', 'its-own'));
    expect(await inRedis('SET tenant:key 1')).toBe('OK');
    for (const command of ['GET codeb:key', 'PUBLISH codeb:news 1', 'FLUSHALL', 'CONFIG GET requirepass'])
      expect([command, await inRedis(command)]).toEqual([command, expect.stringContaining('NOPERM')]);
  });

  test('a second update changes nothing (no-op), and a refresh finds nothing', async () => {
    const stack = await open('production');
    const again = await run(stack, 'up');
    expect(Object.keys(again.changes)).toEqual(['same']);
    expect(Object.keys((await run(stack, 'refresh')).changes)).toEqual(['same']);
  });

  test('another tag restarts the app alone, and no request is lost meanwhile (S4.7)', async () => {
    const image = 'ghcr.io/celly/celly-creative:1.1.0';
    const before = await Promise.all(
      ['app', 'postgres', 'redis'].map((purpose) => startOf(`celly-creative-${purpose}`)),
    );
    const stack = await open('production', { 'celly-creative': image });
    const foretold = await preview(stack);
    expect(foretold.changes).toMatchObject({ update: 1 });
    expect(foretold.text).toMatch(/Image=ghcr\.io\/celly\/celly-creative@sha256/);
    const visitor = visit(box.httpsPort, 'celly-creative.codeb.one-q.xyz', await box.acmeRoot());
    const outcome = await run(stack, 'up');
    expect(outcome.changes).toMatchObject({ update: 1 });
    const { served, lost } = await visitor.end();
    expect(lost).toEqual([]);
    expect(served).toBeGreaterThan(10);
    const after = await Promise.all(
      ['app', 'postgres', 'redis'].map((purpose) => startOf(`celly-creative-${purpose}`)),
    );
    expect(after[0]).not.toBe(before[0]);
    expect(after.slice(1)).toEqual(before.slice(1));
    expect((await outputs(stack)).projects['celly-creative']?.images.app).toBe(image);
  });

  test('a tag that moved shows in the plan, and its image is taken (C.1)', async () => {
    const registry = `http://127.0.0.1:${box.registryPort}/v2/ghcr.io/celly/celly-creative/manifests`;
    const type = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
    const move = async (version: string) => {
      const found = await fetch(`${registry}/${version}`, { headers: { accept: type } });
      const headers = { 'content-type': found.headers.get('content-type') ?? '' };
      const put = await fetch(`${registry}/moves`, { method: 'PUT', headers, body: await found.text() });
      expect(put.status).toBe(201);
    };
    const moving = () => open('staging', { 'celly-creative': 'ghcr.io/celly/celly-creative:moves' });
    await move('1.0.0');
    await run(await moving(), 'up');
    expect(Object.keys((await preview(await moving())).changes)).toEqual(['same']);
    await move('1.1.0');
    const foretold = await preview(await moving());
    expect(foretold.changes, foretold.text).toMatchObject({ update: 1 });
    expect(await run(await moving(), 'up')).toMatchObject({ failed: false, changes: { update: 1 } });
    const { body } = await askSite(box, 'https://staging.celly-creative.codeb.one-q.xyz', await box.acmeRoot());
    expect(JSON.parse(body)).toMatchObject({ version: '1.1.0' });
  });

  test('the registry tells who has which port, and nothing secret (S4.4)', async () => {
    const { registry: document } = await outputs(await open('production'));
    expect(JSON.stringify(document)).not.toMatch(/password|secret/i);
    expect(document.projects['celly-creative']?.environments.production).toMatchObject({
      status: 'running',
      images: {
        app: {
          digest: expect.stringMatching(/^sha256:/),
          previous: expect.stringMatching(/^ghcr\.io\/celly\/celly-creative@sha256:/),
        },
        db: { version: '15', digest: expect.stringMatching(/^sha256:/) },
      },
      deployedAt: document.lastUpdated,
    });
  });

  test('what holds data in production is not destroyed while it is protected (S2.7)', async () => {
    const image = 'ghcr.io/celly/celly-creative:1.1.0';
    const stack = await open('production', { 'celly-creative': image });
    await stack.setConfig('codeb:protectData', { value: 'true' });
    const locked = await run(stack, 'up');
    expect(locked, locked.text).toMatchObject({ failed: false });
    // What `pulumi destroy` begins with, and ends with here.
    await expect(stack.previewDestroy()).rejects.toThrow(
      /celly-creative.* cannot be deleted\s+because it is protected/s,
    );
    const { body } = await askSite(box, 'https://celly-creative.codeb.one-q.xyz', await box.acmeRoot());
    expect(JSON.parse(body)).toMatchObject({ version: '1.1.0' });
    const opened = await run(await open('production', { 'celly-creative': image }), 'up');
    expect(opened, opened.text).toMatchObject({ failed: false });
  });

  test('destroy of one leaves the other, and its own data (S2.7)', async () => {
    const leases = async () => (await box.exec('cd /var/lib/codeb/leases && cat * 2>/dev/null || true')).stdout;
    const production = await open('production');
    const gone = await run(production, 'destroy');
    expect(gone, gone.text).toMatchObject({ failed: false });
    expect(await leases()).not.toMatch(/^celly-creative\/|^codeb\//m);
    const left = await box.exec('ls /etc/caddy/codeb /var/lib/codeb/home/.config/containers/systemd');
    expect(left.stdout).not.toMatch(/^(celly-creative|codeb|shared)(\.caddy)?$/m);
    expect(await asAccount('podman network ls --format {{.Name}}')).not.toMatch(/^(celly-creative|codeb|shared)$/m);
    const name = await box.exec('dig +short @127.0.0.1 api.codeb.dev celly-creative.codeb.one-q.xyz');
    expect(name.stdout.trim()).toBe('');
    const data = await box.exec(
      'ls /var/lib/codeb/projects/celly-creative/data/postgres /var/lib/codeb/projects/celly-creative/config',
    );
    expect(data.stdout).toContain('pgdata');
    expect(data.stdout).toContain('postgres.password');
    const staging = await open('staging');
    const answers = await askSites(box, ['https://staging-api.codeb.dev'], silent);
    expect(answers.get('https://staging-api.codeb.dev')?.status).toBe(200);
    expect(Object.keys((await run(staging, 'refresh')).changes)).toEqual(['same']);
  });

  test('up again finds its data and its passwords (S2.2)', async () => {
    const password = 'cat /var/lib/codeb/projects/celly-creative/config/postgres.password';
    const before = (await box.exec(password)).stdout;
    const stack = await open('production');
    const outcome = await run(stack, 'up');
    expect(outcome, outcome.text).toMatchObject({ failed: false });
    expect((await box.exec(password)).stdout).toBe(before);
    expect((await outputs(stack)).projects['celly-creative']?.status).toBe('running');
  });
});
