/** A project on a server with engine docker: its containers as plain data (`golden/docker/`), and what is refused. */
import { describe, expect, test } from 'vitest';
import { derivedPassword } from '../../stacks/derived-passwords.ts';
import { dockerContainersOf } from '../../stacks/docker-containers.ts';
import { withPasswords } from '../../stacks/docker-secrets.ts';
import type { Pod } from '../../stacks/pod.ts';
import { describe as line } from '../../stacks/problems.ts';
import { codeBattle } from '../../stacks/projects/code-battle.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { hosting, project, server, settings } from './inputs.ts';
import { planned, problems } from './planned.ts';

const docker = { ...server, engine: 'docker' };
const onDocker = settings({ servers: { main: docker } });

function podOf(stage: Record<string, unknown>): Pod {
  const { cloudflare } = hosting('production');
  const servers = { codeb: { ...docker, dns: { backend: 'powerdns', zones: ['codeb.dev'] } } };
  const given = { ...stage, servers, cloudflare, projects: { 'code-battle': {} } };
  const [only] = planned({ settings: given, projects: [codeBattle] }).projects;
  if (!only?.pod) throw new Error('the plan has no pod');
  return only.pod;
}

describe('C.1, S2.1, S2.6: the containers of a project on engine docker', () => {
  const pod = podOf({ environment: 'production' });
  const allotted = Object.fromEntries(Object.keys(pod.ports).map((name, index) => [name, 3002 + index]));
  const pinned = { 'docker.io/library/redis:7': `docker.io/library/redis@sha256:${'7'.repeat(64)}` };
  const containers = dockerContainersOf(pod, allotted, pinned);

  test.each(containers)('$name', async (container) => {
    const text = `${JSON.stringify(container, undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`golden/docker/${container.name}.json`);
  });

  test('S2.6: only a worker has no network, and nobody has that of another project', () => {
    const networks = containers.map(({ kind, network }) => [kind, network]);
    expect(networks.filter(([, network]) => network === 'none')).toEqual(Array(3).fill(['worker', 'none']));
    expect(new Set(networks.map(([, network]) => network))).toEqual(new Set(['none', 'project-code-battle']));
  });

  test('S2.2: its folder has no file with a secret, and containers write below folders that are closed', () => {
    expect(pod.files).toEqual({ 'config/live/switches.json': '0644' });
    expect(pod.passwords).toEqual([]);
    expect(pod.folders).toMatchObject({
      data: '0700',
      'data/postgres': '0777',
      sockets: '0700',
      'sockets/redis': '0777',
    });
  });

  test('a preview reads only, and starts from the dumps of its template', () => {
    const preview = dockerContainersOf(podOf({ environment: 'preview', pullRequest: 12 }));
    const [postgres, , web] = preview;
    expect(postgres?.mounts).toContainEqual({
      source: '/var/lib/codeb/templates/code-battle',
      target: '/docker-entrypoint-initdb.d',
      readOnly: true,
      whenMissing: 'made',
    });
    expect(web?.environment.DATABASE_URL).toMatch(/@code-battle-pr-12-postgres:5432\/code-battle\?options=.*read_only/);
    expect(preview.filter(({ kind }) => kind === 'worker')).toEqual([]);
  });
});

describe('what engine docker does not have is refused', () => {
  test('shared databases, and an address that would be the container itself', () => {
    const shop = project('shop', {
      services: {
        apps: { app: { image: 'ghcr.io/example/app:1.0.0' } },
        postgres: { kind: 'shared' },
        redis: { kind: 'shared' },
      },
      variables: { API: { kind: 'config', value: 'http://127.0.0.1:4000' } },
    });
    expect(problems({ settings: onDocker, projects: [shop] })).toEqual([
      "projects.shop.services.postgres.kind: is 'shared', and server 'main' has engine docker, where no sockets are shared: expected 'own'",
      "projects.shop.services.redis.kind: is 'shared', and server 'main' has engine docker, where no sockets are shared: expected 'own'",
      "projects.shop.variables.API: names '127.0.0.1', and server 'main' has engine docker, where that is the container itself: expected {{url}} or another's name",
    ]);
    expect(planned({ settings: settings(), projects: [shop] }).projects).toHaveLength(1);
  });

  test('a way through a bastion', () => {
    const bastion = { host: 'bastion.example.org', hostKey: server.hostKey };
    expect(problems({ settings: settings({ servers: { main: { ...docker, bastion } } }), projects: [] })).toEqual([
      'codeb.servers.main.bastion: is no way to a server with engine docker: give the address that its sshd answers at',
    ]);
  });

  const shop = project('shop');
  const secretsFor = (given: object, of = onDocker) => {
    const none = { credentials: undefined, variables: undefined, fingerprintKey: undefined };
    const result = parseSecrets(planned({ settings: of, projects: [shop] }), { ...none, ...given });
    return result.kind === 'ok' ? [] : result.problems.map(line);
  };

  test('passwords without a key to derive them from, where a server in use has that engine', () => {
    expect(secretsFor({})).toEqual([
      "codeb.passwordKey: is missing, and server 'main' has engine docker: `openssl rand -hex 32 | pulumi config set --secret codeb:passwordKey`, once for as long as the data lives",
    ]);
    expect(secretsFor({}, settings({ servers: { main: server, spare: docker } }))).toEqual([]);
    expect(secretsFor({ passwordKey: 'short' })).toEqual(['codeb.passwordKey: expected 32 characters at least']);
    expect(secretsFor({ passwordKey: 'k'.repeat(32) })).toEqual([]);
  });

  test('a private key, which its client would need in a file', () => {
    const given = { passwordKey: 'k'.repeat(32), credentials: { main: { privateKey: 'hunter2' } } };
    expect(secretsFor(given)).toEqual([
      'codeb.credentials.main.privateKey: is not taken: the server has engine docker, which is reached with a key of an SSH agent (`ssh-add`)',
    ]);
  });
});

test('S1.4: backups that engine docker does not make are warned of, where the environment has them', () => {
  const { services } = project('shop');
  const spec = project('shop', { services: { ...services, postgres: { kind: 'own', recoveryDays: 7 } } });
  const warnings = (given: object) => planned({ settings: { ...onDocker, ...given }, projects: [spec] }).warnings;
  expect(warnings({})).toEqual(["no backups are made of the database of 'shop': server 'main' has engine docker"]);
  expect(warnings({ servers: { main: server } })).toEqual([]);
  expect(warnings({ environment: 'preview', pullRequest: 7, projects: { shop: {} } })).toEqual([]);
});

describe('passwords that a key gives', () => {
  const key = 'of these tests, and long enough for one';

  test('are the same each time, others for each slug, purpose and key, of letters and digits', () => {
    const one = derivedPassword(key, 'shop', 'postgres');
    expect(one).toBe('3QMfpHnZhOtGVEYnGxdA2qa5N51IX5Cz');
    const others = [
      derivedPassword(key, 'shop-staging', 'postgres'),
      derivedPassword(key, 'shop', 'redis'),
      derivedPassword(`${key}.`, 'shop', 'postgres'),
    ];
    expect(new Set([one, ...others]).size).toBe(4);
    for (const password of [one, ...others]) expect(password).toMatch(/^[0-9A-Za-z]{32}$/);
  });

  test('take the place of their names, and one that is missing is told by its name', () => {
    expect(withPasswords('redis://:{{password redis}}@host', { redis: 'one' })).toBe('redis://:one@host');
    expect(() => withPasswords('{{password postgres}}', { redis: 'one' })).toThrow(
      "there is no password of 'postgres'",
    );
  });
});
