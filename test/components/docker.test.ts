/** How the program is wired on a server with engine docker: what it registers, in what order, and in which hands. */
import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import program from '../../index.ts';
import { preparationOf } from '../../components/server/preparation.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { derivedPassword } from '../../stacks/derived-passwords.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { server as serverSettings } from '../../stacks/settings.ts';
import { hosting, server } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { protectedNames, type Registered, type Run, registeredNames, runMocked } from './mocked-engine.ts';

const passwordKey = 'passwords of these tests come from this one';
const settings = {
  ...hosting('production'),
  servers: {
    codeb: {
      ...server,
      port: 2222,
      user: 'deploy',
      dns: { backend: 'powerdns', zones: ['codeb.dev'] },
      engine: 'docker',
    },
  },
  projects: { 'code-battle': {} },
};
const variables = madeUpSecrets(planned({ settings, projects: hostedProjects }), 'of these tests');
const config = {
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `codeb:${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ),
  'codeb:variables': JSON.stringify(variables),
  'codeb:fingerprintKey': 'of these tests, and long enough for one',
  'codeb:passwordKey': passwordKey,
};

test('C.1: a server with engine docker gets Docker in the place of Podman, and others have not changed', () => {
  const words = (engine: string) => preparationOf(serverSettings.parse({ ...server, engine })).command;
  expect(words('docker')).toContain(
    "engine=docker 'account_packages=dbus-user-session libpam-systemd' 'docker_packages=",
  );
  expect(words('docker')).not.toContain('podman');
  expect(words('quadlet')).toMatch(/engine=quadlet 'podman_packages=/);
});

describe('C.1: the program on a server with engine docker', () => {
  let run: Run;
  const typed = (type: string) => run.registered.filter((one) => one.type === type);
  const named = (type: string, name: string): Registered => {
    const found = typed(type).find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${type} '${name}'`);
    return found;
  };
  const container = (name: string) => named('docker:index/container:Container', name).inputs;
  beforeAll(async () => {
    run = await runMocked(program, { config });
  });

  test('registers the same in a preview that reaches no server', async () => {
    expect(registeredNames(await runMocked(program, { config, preview: true }))).toEqual(registeredNames(run));
  });

  test('S2.1: makes a network, an image each and a container each, and no unit', () => {
    expect(typed('docker:index/network:Network').map(({ inputs }) => inputs.name)).toEqual(['project-code-battle']);
    expect(typed('docker:index/container:Container').map(({ name }) => name.replace('code-battle-', ''))).toEqual(
      expect.arrayContaining(['postgres', 'redis', 'web', 'api', 'api-2', 'python', 'cpp', 'java']),
    );
    const folder = named('codeb:index:Workload', 'code-battle').inputs;
    expect(Object.keys(Object(folder.files))).toEqual(['config/live/switches.json']);
    expect(folder.units).toBeUndefined();
    expect(typed('codeb:index:Password')).toEqual([]);
    expect(run.outputs).toMatchObject({ projects: { 'code-battle': { units: [] } } });
  });

  test('gives every container that server’s engine, which is reached with its key pinned', () => {
    const own = run.registered.filter(({ type }) => type.startsWith('docker:'));
    for (const { name, provider } of own) expect(provider, name).toMatch(/pulumi:providers:docker::codeb::/);
    const engine = named('pulumi:providers:docker', 'codeb').inputs;
    expect(engine.host).toBe('ssh://deploy@server.example.org:2222');
    const options: unknown = JSON.parse(String(engine.sshOpts));
    expect(options).toEqual(
      expect.arrayContaining([
        'StrictHostKeyChecking=yes',
        expect.stringMatching(/^UserKnownHostsFile=\//),
        `KnownHostsCommand=/bin/echo [server.example.org]:2222 ${server.hostKey}`,
      ]),
    );
  });

  test('S3.2: protects the folder of the databases and the bucket, and nothing where the stack takes that away', async () => {
    expect(protectedNames(run)).toEqual([
      'cloudflare:index/r2Bucket:R2Bucket code-battle',
      'codeb:index:Workload code-battle',
    ]);
    const without = await runMocked(program, { config: { ...config, 'codeb:protectData': 'false' } });
    expect(protectedNames(without)).toEqual([]);
    expect(registeredNames(without)).toEqual(registeredNames(run));
  });

  test('S2.6: closes and limits each of them', () => {
    for (const { inputs } of typed('docker:index/container:Container')) {
      expect(inputs).toMatchObject({
        capabilities: { drops: ['ALL'] },
        securityOpts: ['no-new-privileges'],
        readOnly: true,
        init: true,
        restart: 'always',
        labels: expect.arrayContaining([{ label: 'codeb.slug', value: 'code-battle' }]),
      });
      expect(inputs.memorySwap).toBe(inputs.memory);
    }
    expect(container('code-battle-python')).toMatchObject({
      networkMode: 'none',
      ports: [],
      memory: 256,
      cpuQuota: 50_000,
      ulimits: [{ name: 'nproc', soft: 64, hard: 64 }],
    });
  });

  test('S2.3: publishes on 127.0.0.1 the port of its lease, where the site and the check look for it', () => {
    const port = Number(Object(container('code-battle-api-2').ports)[0].external);
    expect(port).toBeGreaterThanOrEqual(4000);
    expect(container('code-battle-api-2').ports).toEqual([{ internal: 4001, external: port, ip: '127.0.0.1' }]);
    expect(String(named('codeb:index:CaddySite', 'code-battle').inputs.content)).toContain(`127.0.0.1:${port}`);
    const check = named('command:remote:Command', 'code-battle-api-2-healthy').inputs;
    expect(check.create).toContain(`code-battle-api-2 300 http://127.0.0.1:${port}/api/health`);
    expect(check.triggers).toEqual(['code-battle-api-2']);
  });

  test('gives passwords and secret variables in variables of the container alone, and no command names one', () => {
    const password = derivedPassword(passwordKey, 'code-battle', 'postgres');
    const { specialSigKey, specialSecretSig } = pulumi.runtime;
    expect(container('code-battle-api').envs).toEqual({
      [specialSigKey]: specialSecretSig,
      value: expect.arrayContaining([
        `DATABASE_URL=postgres://code-battle:${password}@code-battle-postgres:5432/code-battle`,
        `OPENAI_API_KEY=${variables['code-battle']?.OPENAI_API_KEY}`,
        'PORT=4000',
      ]),
    });
    expect(JSON.stringify(container('code-battle-web').envs)).not.toContain('OPENAI_API_KEY');
    const values = [password, passwordKey, ...Object.values(variables['code-battle'] ?? {})];
    const commands = typed('command:remote:Command').map(({ inputs }) => inputs.create);
    const rest = run.registered.filter(({ type }) => /^codeb:index:[A-Z]/.test(type)).map(({ inputs }) => inputs);
    for (const value of values) {
      expect(JSON.stringify([commands, rest, run.outputs])).not.toContain(value);
    }
  });

  test('S3.7: looks at the migrations of an image, and runs them with the variables of its app', () => {
    const commands = typed('command:remote:Command').map(({ name }) => name);
    expect(commands).toEqual(expect.arrayContaining(['code-battle-api-migrations', 'code-battle-api-migrated']));
    const ran = named('command:remote:Command', 'code-battle-api-migrated').inputs;
    expect(ran.create).toContain('/var/lib/codeb/projects/code-battle 600 migrate');
    expect(JSON.stringify(ran.stdin)).toContain('DATABASE_URL=');
  });
});
