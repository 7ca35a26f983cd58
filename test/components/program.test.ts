/** How the program is wired: what it registers, under whom, and in which hands. */
import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import program from '../../index.ts';
import { registry } from '../../stacks/registry.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { hosting } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { type Registered, type Run, registeredNames, runMocked } from './mocked-engine.ts';

const keys = { privateKey: 'the private key', dnsSecret: 'the dns secret' };
const settings = hosting('production');
const variables = madeUpSecrets(planned({ settings, projects: hostedProjects }), 'of these tests');
const config = {
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `codeb:${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ),
  'codeb:credentials': JSON.stringify({ 'one-q': keys, codeb: keys }),
  'codeb:variables': JSON.stringify(variables),
  'codeb:fingerprintKey': 'of these tests, and long enough for one',
};

const components = ['Server', 'SharedDatabases', 'Project', 'PagesSite', 'Bucket', 'GithubEnvironment'].map(
  (name) => `codeb:index:${name}`,
);
const own = ({ type }: Registered) => type.startsWith('codeb:index:') && !components.includes(type);
const named = (run: Run, type: string, name: string) =>
  run.registered.find((one) => one.type === `codeb:index:${type}` && one.name === name);

describe('the program', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runMocked(program, { config });
  });

  test('registers the same in a preview that reaches no server', async () => {
    expect(registeredNames(await runMocked(program, { config, preview: true }))).toEqual(registeredNames(run));
  });

  test('gives every resource of a server that server’s provider', () => {
    expect(run.registered.filter(own).length).toBeGreaterThan(15);
    for (const { name, provider } of run.registered.filter(own)) {
      expect(provider, name).toMatch(/pulumi:providers:codeb::(one-q|codeb)::/);
    }
    expect(named(run, 'Workload', 'celly-creative')?.provider).toContain('::one-q::');
    expect(named(run, 'Workload', 'codeb')?.provider).toContain('::codeb::');
  });

  test('puts every resource under a component, but for the names of a server itself', () => {
    const alone = run.registered.filter(({ types }) => !types.some((type) => components.includes(type)));
    expect(alone.filter(({ type }) => !type.startsWith('pulumi:')).map(({ name }) => name)).toEqual([
      '*.codeb.one-q.xyz/A',
      '*.codeb.one-q.xyz/AAAA',
    ]);
  });

  test('S2.5: points the site at the leased port, and the health check as well', () => {
    const port = named(run, 'PortLease', 'celly-creative-app')?.inputs;
    expect(port).toMatchObject({ owner: 'celly-creative/app', reserved: [3001, 3008] });
    const site = JSON.stringify(named(run, 'CaddySite', 'celly-creative')?.inputs);
    const [upstream] = /127\.0\.0\.1:40\d\d/.exec(site) ?? [];
    expect(upstream).toBeDefined();
    const workload = JSON.stringify(named(run, 'Workload', 'celly-creative')?.inputs);
    expect(workload).toContain(`http://${upstream}/api/health`);
    expect(workload).toContain(`PublishPort=${upstream}:3000`);
  });

  test('S4.6: grants a project its part of the shared databases before it starts', () => {
    const commands = run.registered.filter(({ type }) => type === 'command:remote:Command').map(({ name }) => name);
    expect(commands).toEqual(expect.arrayContaining(['codeb-postgres-access', 'codeb-redis-access']));
    const workload = JSON.stringify(named(run, 'Workload', 'codeb')?.inputs);
    expect(workload).toContain(
      'DATABASE_URL=postgresql://codeb:{{password /var/lib/codeb/projects/codeb/config/postgres.password}}@localhost/codeb',
    );
  });

  test('S3.3: gives no value of a secret variable to the server’s provider but sealed', () => {
    const own = JSON.stringify(run.registered.filter(({ type }) => type.startsWith('codeb:')));
    expect(own).toContain('BEGIN AGE ENCRYPTED FILE');
    expect(own).toContain('OPENAI_API_KEY={{secret OPENAI_API_KEY}}');
    for (const value of Object.values(variables).flatMap((all) => Object.values(all))) expect(own).not.toContain(value);
  });

  test('C.3: has the registry among its outputs, and no secret', async () => {
    const { registry: document } = Object(run.outputs);
    expect(registry.parse(document).portAllocations.codeb?.app).toMatchObject({ '3008': 'codeb/production' });
    expect(JSON.stringify(run.outputs)).not.toMatch(/password of|the private key|the dns secret/);
    for (const value of Object.values(variables).flatMap((all) => Object.values(all))) {
      expect(JSON.stringify(run.outputs)).not.toContain(value);
    }
  });

  test.each([
    ['wrong settings', { ...config, 'codeb:projects': '{"nope": {}}' }, /codeb\.projects\.nope: no such project/],
    [
      'secrets that nobody declared',
      { ...config, 'codeb:variables': JSON.stringify({ ...variables, codeb: { TOKEN: 'one' } }) },
      /codeb\.variables\.codeb\.TOKEN: is not declared by the project as a secret/,
    ],
  ])('refuses %s before it registers anything', async (_what, given, message) => {
    pulumi.runtime.setAllConfig(given);
    await expect(program()).rejects.toThrow(message);
    await expect(program()).rejects.toBeInstanceOf(pulumi.RunError);
  });
});
