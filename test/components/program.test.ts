/** How the program is wired: what it registers, under whom, and in which hands. */
import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GithubOwners } from '../../components/github-owners.ts';
import { Project } from '../../components/project.ts';
import program from '../../index.ts';
import { registry } from '../../stacks/registry.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { handedOn, hosting, inFile, settings as settingsFor } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { protectedNames, type Registered, type Run, registeredNames, runMocked } from './mocked-engine.ts';

const keys = { privateKey: 'the private key', dnsSecret: 'the dns secret' };
const settings = hosting('production');
const variables = madeUpSecrets(planned({ settings, projects: hostedProjects }), 'of these tests');
const config = {
  ...handedOn(inFile(settings)),
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

const filesIn = z.object({ files: z.record(z.string(), z.object({ content: z.unknown() })).optional() });
const fileOf = (run: Run, workload: string, file: string) =>
  filesIn.parse(named(run, 'Workload', workload)?.inputs).files?.[file]?.content;

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

  test('S1.5: tells the API and the workers one Redis, the workers by its socket', () => {
    const told = (service: string) => fileOf(run, 'code-battle', `config/${service}.secrets.env`);
    const password = '{{password /var/lib/codeb/projects/code-battle/config/redis.password}}';
    expect(told('api')).toContain(`REDIS_URL=redis://:${password}@127.0.0.1:6379\n`);
    for (const worker of ['python', 'cpp', 'java']) {
      expect(told(worker)).toBe(`REDIS_URL=unix://:${password}@/run/codeb/redis/redis.sock\n`);
    }
  });

  test('S1.6: tells a project’s apps the key of its bucket as a secret, and nobody else', () => {
    const holders = run.registered.flatMap(({ name, inputs }) => {
      const { files = {} } = filesIn.parse(inputs);
      return Object.entries(files).flatMap(([file, { content }]) =>
        typeof content === 'string' && content.includes('S3_SECRET_ACCESS_KEY') ? [[name, file, content]] : [],
      );
    });
    expect(holders.map(([name, file]) => `${name}: ${file}`).toSorted()).toEqual([
      'code-battle: config/api.secrets.env',
      'code-battle: config/web.secrets.env',
    ]);
    for (const [, , content] of holders)
      expect(content).toContain(`\nS3_SECRET_ACCESS_KEY={{secret S3_SECRET_ACCESS_KEY}}\n`);
    expect(fileOf(run, 'code-battle', 'config/api.env')).toMatch(/^S3_BUCKET=code-battle\nS3_ACCESS_KEY_ID=.+\n/m);
    const { secrets, sealed } = Object(named(run, 'Workload', 'code-battle')?.inputs);
    expect(secrets).toHaveProperty('S3_SECRET_ACCESS_KEY');
    expect(JSON.stringify(sealed)).toContain('BEGIN AGE ENCRYPTED FILE');
    // https://developers.cloudflare.com/r2/api/tokens/: the SHA-256 of the token's value.
    const value = createHash('sha256').update('a token').digest('hex');
    expect(JSON.stringify(run)).not.toContain(value);
  });

  test('S3.2: protects what holds data, and nothing where the stack takes that away', async () => {
    expect(protectedNames(run)).toEqual([
      'cloudflare:index/r2Bucket:R2Bucket code-battle',
      'codeb:index:Workload celly-creative',
      'codeb:index:Workload code-battle',
      'codeb:index:Workload shared',
    ]);
    const without = await runMocked(program, { config: { ...config, 'codeb:protectData': 'false' } });
    expect(protectedNames(without)).toEqual([]);
    expect(registeredNames(without)).toEqual(registeredNames(run));
  });

  test('C.3: has the registry among its outputs, and no secret', async () => {
    const { registry: document } = Object(run.outputs);
    expect(registry.parse(document).portAllocations.codeb?.app).toMatchObject({ '3008': 'codeb/production' });
    expect(JSON.stringify(run.outputs)).not.toMatch(/password of|the private key|the dns secret/);
    for (const value of Object.values(variables).flatMap((all) => Object.values(all))) {
      expect(JSON.stringify(run.outputs)).not.toContain(value);
    }
  });

  test('S3.1: requires the preview’s checks of its own repository where production names that', async () => {
    const rules = ({ registered }: Run) =>
      registered.filter(
        ({ type, types }) => type.endsWith(':RepositoryRuleset') && !types.some((one) => components.includes(one)),
      );
    expect(rules(run)).toEqual([]);
    const repository = { url: 'https://github.com/example/codeb-infra', deployer: 'codeb-deploy' };
    const own = await runMocked(program, { config: { ...config, 'codeb:repository': JSON.stringify(repository) } });
    expect(rules(own)).toMatchObject([{ name: 'codeb-infra', inputs: { repository: 'codeb-infra' } }]);
    expect(rules(own)[0]?.provider).toContain('::github-example::');
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

describe('S3.1: an environment on GitHub', () => {
  const environmentOf = async (environment: 'production' | 'staging', github: object) => {
    const spec = {
      ...{ name: 'shop', repository: 'https://github.com/example/shop' },
      domain: { base: 'example.org' },
      environments: { production: {}, staging: {} },
      github: { reviewers: { users: ['owner'], teams: ['operators'] }, ...github },
    };
    const [project] = planned({ settings: settingsFor({ environment }), projects: [spec] }).projects;
    if (!project?.github) throw new Error('the plan has no environment on GitHub');
    const { owner } = project.github;
    const { registered } = await runMocked(
      async () => {
        const github = new GithubOwners().provider(owner);
        new Project(project.slug, { project, github, secrets: {}, fingerprintKey: '' });
        return {};
      },
      { config: {} },
    );
    return registered.find(({ type }) => type === 'github:index/repositoryEnvironment:RepositoryEnvironment')?.inputs;
  };

  test('S0.6: the token that asks GitHub is in no input, and so in no state and no saved plan', async () => {
    const before = process.env.GITHUB_TOKEN;
    process.env.GITHUB_TOKEN = 'a token that nobody keeps';
    try {
      const program = async () => void new GithubOwners().provider('an-owner');
      const { registered } = await runMocked(program, { config: {} });
      const provider = registered.find(({ type }) => type === 'pulumi:providers:github');
      expect(provider).toMatchObject({ inputs: { owner: 'an-owner' } });
      expect(JSON.stringify(registered)).not.toContain('nobody keeps');
    } finally {
      if (before === undefined) delete process.env.GITHUB_TOKEN;
      else process.env.GITHUB_TOKEN = before;
    }
  });

  test('waits after an approval for as long as the project file says, and not at all where nobody approves', async () => {
    expect(await environmentOf('production', { waitMinutes: 30 })).toMatchObject({
      environment: 'production',
      waitTimer: 30,
      reviewers: [{ users: [1], teams: [1] }],
    });
    expect(await environmentOf('production', {})).toMatchObject({ waitTimer: 0 });
    expect(await environmentOf('staging', { waitMinutes: 30 })).toMatchObject({ waitTimer: 0, reviewers: [] });
  });
});
