/** A project on a server with engine docker: a bare Debian 13 that the component prepares, and Docker's own daemon. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Project } from '../../components/project.ts';
import { preparationOf } from '../../components/server/preparation.ts';
import { Server } from '../../components/server.ts';
import { Session } from '../../provider/session.ts';
import type { Box } from '../../sandbox/box.ts';
import { agentSocket, startAgent } from '../../sandbox/ssh-agent.ts';
import { derivedPassword } from '../../stacks/derived-passwords.ts';
import { plan } from '../../stacks/plan.ts';
import { describe as line } from '../../stacks/problems.ts';
import type { ProjectSpec } from '../../stacks/project.ts';
import { server as serverSettings } from '../../stacks/settings.ts';
import { plainExport, watchCommandLines } from './exposed.ts';
import { type ImageTunnel, openImageTunnel, registryInBox } from './image-tunnel.ts';
import { describeOnServer, newBox, testBox } from './on-server.ts';
import { connectionTo, preview, run, Stacks } from './stacks.ts';

const imageOf = (tag: string) => `${registryInBox}/ghcr.io/codeb/sample-app:${tag}`;
const apiToken = 'a-token-that-nobody-may-see';
const passwordKey = 'of these tests, and long enough for one';

const password = derivedPassword(passwordKey, 'shop', 'postgres');
const secrets = [apiToken, passwordKey, password];

const shop: ProjectSpec = {
  name: 'shop',
  domain: { base: 'example.org' },
  environments: { production: { server: 'main' } },
  services: {
    apps: {
      app: {
        image: imageOf('1.0.0'),
        replicas: 2,
        health: { deadline: 6 },
        migrations: { command: ['migrate'], folder: '/migrations' },
      },
    },
    workers: { python: { image: `${registryInBox}/ghcr.io/ai-code-battle/runtime-python:1.0.0` } },
    postgres: { kind: 'own' },
    redis: { kind: 'own' },
  },
  variables: { API_TOKEN: { kind: 'secret' } },
  switches: { sale: true },
};

function settingsOf(box: Box, image: string) {
  const server = {
    host: box.host,
    port: box.sshPort,
    user: 'deploy',
    privilege: 'sudo',
    hostKey: box.hostKey,
    agentSocketPath: agentSocket(box),
    addresses: { ipv4: '127.0.0.1' },
    dns: { backend: 'powerdns', zones: ['example.org'] },
    acme: { email: 'admin@example.org', directory: 'https://localhost:14000/dir' },
    engine: 'docker',
  };
  return {
    environment: 'production',
    servers: { main: server },
    projects: { shop: { images: { app: image } } },
    protectData: false,
  };
}

const programOf = (box: Box, image: string) => async () => {
  const result = plan({ settings: settingsOf(box, image), projects: [shop] });
  if (result.kind === 'refused') throw new Error(result.problems.map(line).join('\n'));
  const { servers, projects } = result.plan;
  const [project] = projects;
  if (!servers.main || !project) throw new Error('the plan has no server or no project');
  const server = new Server('main', { settings: servers.main.settings });
  const values = { API_TOKEN: apiToken };
  const args = { project, server, secrets: values, fingerprintKey: passwordKey, passwordKey };
  const { deployed } = new Project('shop', args);
  return { ports: deployed.ports };
};

describeOnServer('C.1, S2: a project on a server with engine docker', () => {
  let box: Box;
  let stacks: Stacks;
  let endAgent: () => Promise<void>;
  let tunnel: ImageTunnel;
  beforeAll(async () => {
    box = await newBox({ name: 'test-docker', base: { kind: 'bare', suite: 'trixie' } });
    endAgent = await startAgent(box);
    tunnel = await openImageTunnel(box, (await testBox()).registryPort);
    stacks = await Stacks.begin();
    // The box's own root lies on an overlay, which cannot lie on another one; and Docker Hub is not asked.
    await box.exec(`mkdir -p /var/lib/docker /var/lib/containers/docker
      mount --bind /var/lib/containers/docker /var/lib/docker
      echo 'DOCKER_OPTS="--registry-mirror=http://${registryInBox}"' >/etc/default/docker`);
  });
  afterAll(async () => {
    await stacks.end();
    await tunnel.close();
    await endAgent();
    await box.down();
  });

  const open = (image: string): Promise<Stack> => stacks.open('shop', programOf(box, image), tunnel.environment);
  const answer = async (command: string) => (await box.exec(command)).stdout.trim();
  const ids = async () => {
    const all = await answer("docker ps --all --no-trunc --format '{{.Names}} {{.ID}}'");
    return Object.fromEntries(all.split('\n').map((one) => one.split(' ')));
  };
  const ports = async (stack: Stack) => z.record(z.string(), z.int()).parse((await stack.outputs()).ports?.value);
  const health = async (port: number | undefined): Promise<unknown> =>
    JSON.parse((await answer(`curl -sS -m 5 http://127.0.0.1:${port}/api/health`)) || '{}');
  const query = (sql: string) =>
    answer(`docker exec shop-postgres sh -c 'PGPASSWORD=$POSTGRES_PASSWORD psql -U shop -Atc "${sql}"'`);

  test('S2.1, S2.3, S2.6: a bare server is prepared, and the project runs there', async () => {
    const stack = await open(imageOf('1.0.0'));
    expect(await preview(stack)).toMatchObject({ failed: false });
    const watching = watchCommandLines();
    const outcome = await run(stack, 'up');
    const commandLines = await watching.end();
    expect(outcome, outcome.text).toMatchObject({ failed: false });
    expect(commandLines).toContain('migrate');
    const exposed = {
      'a command line': commandLines,
      'the output': outcome.text,
      'the export': await plainExport(stack),
    };
    for (const [where, text] of Object.entries(exposed)) {
      for (const secret of secrets) expect(text.includes(secret), `a secret in ${where}`).toBe(false);
    }
    const allotted = await ports(stack);
    for (const replica of ['app', 'app-2']) {
      expect(await health(allotted[replica])).toMatchObject({
        version: '1.0.0',
        checks: { DATABASE_URL: { reachable: true }, REDIS_URL: { reachable: true } },
      });
    }
    expect(
      await answer("curl -sS -o /dev/null -w '%{redirect_url}' -H 'Host: shop.example.org' http://127.0.0.1"),
    ).toBe('https://shop.example.org/');
    expect(await answer('dig +short @127.0.0.1 shop.example.org')).toBe('127.0.0.1');
    expect(await query('SELECT name FROM migrated')).toBe('001_matches.sql');
    expect((await run(stack, 'up')).changes).toEqual({ same: expect.any(Number) });
  });

  test('S2.6: containers are closed, and published on 127.0.0.1 alone', async () => {
    const format =
      '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.RestartPolicy.Name}}';
    const all = await answer(`docker inspect --format '${format}' $(docker ps --quiet)`);
    expect(new Set(all.split('\n'))).toEqual(new Set(['true [ALL] [no-new-privileges] always']));
    expect(await answer("docker ps --format '{{.Ports}}' | grep -o '[^ ,]*->'")).not.toMatch(/^(?!127\.0\.0\.1:)/m);
    // Root of a container is nobody here, which also makes its limit of processes its own.
    expect(await answer('stat -c %u /proc/$(docker inspect --format {{.State.Pid}} shop-redis)')).toMatch(
      /^[1-9]\d{4,}$/,
    );
    expect(await answer('docker exec shop-redis grep processes /proc/1/limits')).toMatch(/ 256 +256 /);
    expect(await answer('docker exec shop-app /sample-app show /run/codeb/live/switches.json')).toContain(
      '"sale": true',
    );
    expect(await answer('stat -c "%a %U" /var/lib/codeb/projects/shop/data /var/lib/codeb/projects/shop/sockets')).toBe(
      '700 codeb\n700 codeb',
    );
  });

  test('S1.3: a worker takes its jobs by the socket, and reaches nothing', async () => {
    const redis = (command: string) => answer(`docker exec shop-redis redis-cli ${command}`);
    await redis('lpush jobs shop-postgres:5432');
    expect(await redis('brpop results 20')).toMatch(/shop-postgres:5432 .*(no such host|lookup|unreachable)/);
  });

  test('S3.3: secrets are in the variables of containers and, encrypted, in the state', async () => {
    expect(await answer("docker inspect --format '{{.Config.Env}}' shop-app")).toContain(`API_TOKEN=${apiToken}`);
    const state = await readFile(join(stacks.folder, 'state', '.pulumi', 'stacks', 'codeb-infra', 'shop.json'), 'utf8');
    expect(state).toContain('shop-postgres');
    for (const secret of secrets) expect(state).not.toContain(secret);
    // Docker keeps them where root alone enters.
    const search = 'grep -rlsF -f /dev/stdin /etc /run /tmp /var';
    const holders = async (command: string) =>
      (await box.exec(command, { input: `${password}\n${apiToken}\n` })).stdout.trim();
    expect(await holders(`runuser -u nosudo -- ${search}`)).toBe('');
    const dockers = ['docker', 'containers', 'io.containerd.*'].map((name) => `--exclude-dir=${name}`).join(' ');
    // While a health check runs, what it runs lies in /tmp, for root alone: containerd/go-runc, Exec.
    expect(await holders(`${search} ${dockers} --exclude='runc-process*'`)).toBe('');
  });

  test('another image replaces the app alone, one replica after the other', async () => {
    const before = await ids();
    const stack = await open(imageOf('1.1.0'));
    const allotted = await ports(stack);
    const urls = ['app', 'app-2'].map((name) => `http://127.0.0.1:${allotted[name]}/api/health`);
    await box.exec('touch /run/watching');
    const watching = answer(
      `while [ -e /run/watching ]; do ${urls.map((url) => `curl -fs -m 2 -o /dev/null ${url}`).join(' || ')} || echo lost; sleep 0.05; done`,
    );
    const outcome = await run(stack, 'up');
    await box.exec('rm /run/watching');
    expect(outcome, outcome.text).toMatchObject({ failed: false });
    expect(await watching).toBe('');
    const after = await ids();
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual(['shop-app', 'shop-app-2']);
    expect(await health(allotted['app-2'])).toMatchObject({ version: '1.1.0' });
    expect(await query('SELECT count(*) FROM migrated')).toBe('2');
  });

  test('S3.7: a migration that takes something away is refused, and the app is not touched', async () => {
    const before = await ids();
    const refused = await run(await open(imageOf('drops')), 'up');
    expect(refused.failed).toBe(true);
    expect(refused.text).toMatch(/take something away; the app was not touched/);
    expect(refused.text).toMatch(/003_no_title\.sql:\d+: ALTER TABLE/);
    expect(await ids()).toEqual(before);
  });

  test('S4.3: an image that does not answer stops at its first replica, and says why', async () => {
    const stack = await open(imageOf('unhealthy'));
    const failed = await run(stack, 'up');
    expect(failed.text).toMatch(
      /shop-app: http:\/\/127\.0\.0\.1:\d+\/api\/health did not answer with success within 6 s/,
    );
    expect(failed.text).toContain('sample-app unhealthy listens on port 3000');
    expect(await health((await ports(stack))['app-2'])).toMatchObject({ version: '1.1.0' });
  });

  test('a container that somebody stopped shows in a refresh; the next update starts it, and the image before is back', async () => {
    await box.exec('docker stop --time 1 shop-app-2');
    const stack = await open(imageOf('1.1.0'));
    const { text } = await run(stack, 'refresh');
    expect(text).toMatch(/shop-app-2 updated .*mustRun/);
    const outcome = await run(stack, 'up');
    expect(outcome, outcome.text).toMatchObject({ failed: false });
    const allotted = await ports(stack);
    for (const replica of ['app', 'app-2']) {
      expect(await health(allotted[replica])).toMatchObject({ version: '1.1.0' });
    }
  });

  test('S3.2: what is left of a preview in Docker is found and removed, and nothing else', async () => {
    const [image] = (await answer("docker ps --filter name=^shop-app$ --format '{{.Image}}'")).split('\n');
    await answer(`docker network create project-shop-pr-7 && docker volume create shop-pr-7-data &&
      docker run -d --name shop-pr-7-app --network project-shop-pr-7 -v shop-pr-7-data:/data ${image}`);
    const others = await answer("docker ps -a --format '{{.Names}}' | grep -v pr-7 | sort");
    const session = new Session({ connection: connectionTo(box), privilege: 'root' });
    expect((await session.look('previews')).trim().split('\n').sort()).toEqual([
      'container shop-pr-7-app - -',
      'network shop-pr-7 - -',
      'volume shop-pr-7-data - -',
    ]);
    const words = ['container:shop-pr-7-app', 'volume:shop-pr-7-data'];
    for (const _again of [1, 2]) await session.change('sweep', ['shop-pr-7', ...words]);
    expect(await session.look('previews')).toBe('');
    await session.close();
    expect(await answer("docker ps -a --format '{{.Names}}' | sort")).toBe(others);
  });

  test("an owner's own settings of Docker are left alone, and the error says what they lack", async () => {
    const file = '/etc/docker/daemon.json';
    const own = '{"log-driver": "json-file"}';
    await box.exec(`cp ${file} /root/ours && echo '${own}' >${file} && systemctl restart docker`);
    const { servers } = settingsOf(box, imageOf('1.1.0'));
    const { command, stdin } = preparationOf(serverSettings.parse(servers.main));
    const { stderr } = await box.exec(command, { input: stdin() });
    expect(stderr).toContain(`Docker has settings of its own in ${file}: expected "live-restore": true`);
    expect(await answer(`cat ${file}`)).toBe(own);
    await box.exec(`mv /root/ours ${file} && systemctl restart docker`);
    expect(Object.keys(await ids())).toHaveLength(5);
  });

  test('S2.7: a destroy leaves the data and nothing else; the next project of its name finds it', async () => {
    const gone = await run(await open(imageOf('1.1.0')), 'destroy');
    expect(gone, gone.text).toMatchObject({ failed: false });
    expect(await answer('docker ps --all --quiet; docker network ls --filter type=custom --quiet')).toBe('');
    expect(await answer('ls /var/lib/codeb/leases /etc/caddy/codeb /var/lib/codeb/state')).toBe(
      '/etc/caddy/codeb:\n\n/var/lib/codeb/leases:\n\n/var/lib/codeb/state:',
    );
    expect(await answer('ls /var/lib/codeb/projects/shop/data/postgres')).toBe('pgdata');
    const again = await run(await open(imageOf('1.1.0')), 'up');
    expect(again, again.text).toMatchObject({ failed: false });
    expect(await query('SELECT count(*) FROM migrated')).toBe('2');
  });
});
