/** The commands that workflows run, as they run them. */
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { outputsOf } from '../../cli/deploy-request.ts';
import { targetOf } from '../../cli/deploy-target.ts';
import { issueText } from '../../cli/drift-issue.ts';
import { fittingPlan } from '../../cli/saved-plan.ts';
import { type ImageChange, withImages } from '../../cli/stack-images.ts';
import { run, type RunOptions } from '../../sandbox/run.ts';
import type { ProjectSpec } from '../../stacks/project.ts';

const cli = resolve(import.meta.dirname, '..', '..', 'cli');
const command = (name: string, args: string[], options?: RunOptions) =>
  run(process.execPath, [join(cli, `${name}.ts`), ...args], options);

const digest = `sha256:${'a'.repeat(64)}`;
const image = `ghcr.io/example/shop:1.0.0@${digest}`;

function spec(name: string, environments: ProjectSpec['environments'], repository?: string): ProjectSpec {
  const services = { apps: { app: { image: 'ghcr.io/example/shop:1.0.0' } } };
  return { name, domain: { base: 'example.org' }, environments, services, ...(repository && { repository }) };
}

const projects = [
  spec('shop', { production: { server: 'main' }, preview: { server: 'main' } }, 'https://github.com/example/shop'),
  spec('blog', { production: { server: 'main' } }),
  spec('lab', { staging: { server: 'main' } }),
];

describe('S3.1: what a branch or a tag deploys', () => {
  test.each([
    ['refs/heads/main', 'production'],
    ['refs/tags/v1.2.3', 'production'],
    ['refs/heads/develop', 'staging'],
    ['refs/heads/main/x', undefined],
    ['refs/heads/feature/develop', undefined],
    ['refs/tags/1.2.3', undefined],
    ['refs/pull/1/merge', undefined],
    ['main', undefined],
  ])('%s: %s', (ref, stack) => {
    expect(targetOf(ref)).toBe(stack);
  });

  test('as a command', async () => {
    expect(await command('deploy-target', ['refs/heads/develop'])).toMatchObject({
      code: 0,
      stdout: 'stack=staging\n',
    });
    expect(await command('deploy-target', ['refs/heads/x'])).toMatchObject({ code: 1, stdout: '' });
    expect(await command('deploy-target', ['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('say which stack a pushed branch or tag deploys'),
    });
  });
});

describe('S3.1: the environment with the credentials for a stack', () => {
  test.each([
    ['staging', 'staging'],
    ['production', 'production'],
    ['celly-creative-pr-7', 'preview'],
    // What no name tells waits for production's approval.
    ['sprintsolo-chat-abc123', 'production'],
    ['other-pr-7', 'production'],
    ['preview', 'production'],
  ])('%s: %s', async (stack, environment) => {
    expect(await command('stack-environment', [stack])).toMatchObject({
      code: 0,
      stdout: `environment=${environment}\n`,
    });
  });

  test.each([
    '',
    '--yes',
    '-x',
    '../staging',
    'Staging',
    'staging\nenvironment=x',
    'staging production',
    'a'.repeat(101),
  ])('%j is no name of a stack', async (stack) => {
    for (const [name, ...args] of [
      ['stack-environment', '--', stack],
      ['unlock', `--stack=${stack}`],
    ]) {
      const { code, stdout, stderr } = await command(name ?? '', args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('expected the name of a stack');
    }
  });
});

describe('S3.1, S4.8: what a hosted project asks for', () => {
  test('a deploy names a stack and images by their digest', () => {
    expect(
      outputsOf('deploy', { project: 'shop', environment: 'production', images: { app: image } }, projects),
    ).toEqual({
      project: 'shop',
      stack: 'production',
      images: JSON.stringify({ app: image }),
    });
  });

  test('a preview is of a pull request of the repository in the project’s file', () => {
    const payload = { project: 'shop', pullRequest: '7', action: 'destroy', images: '{}' };
    expect(outputsOf('preview', payload, projects)).toEqual({
      project: 'shop',
      stack: 'shop-pr-7',
      'pull-request': '7',
      action: 'destroy',
      repository: 'example/shop',
      images: '{}',
    });
    expect(() => outputsOf('preview', { ...payload, project: 'blog' }, projects)).toThrow("'repository' is missing");
  });

  test.each([
    ['another environment', { project: 'shop', environment: 'preview', images: { app: image } }, 'environment'],
    ['a tag alone', { project: 'shop', environment: 'staging', images: { app: 'ghcr.io/example/shop:1' } }, 'digest'],
    ['a second line', { project: 'shop\nstack=production', environment: 'staging', images: { app: image } }, 'project'],
    ['an unknown project', { project: 'other', environment: 'staging', images: { app: image } }, "no project 'other'"],
    ['an unknown key', { project: 'shop', environment: 'staging', images: { app: image }, stack: 'x' }, 'stack'],
    ['no image', { project: 'shop', environment: 'staging', images: {} }, 'one image at least'],
    ['no object', 'shop', 'payload'],
    [
      'a service that the project has not',
      { project: 'shop', environment: 'production', images: { app: image, wbe: image } },
      'payload.images.wbe: no such service; there are app',
    ],
    [
      'an image of somebody else',
      { project: 'shop', environment: 'staging', images: { app: image.replace('/shop', '/blog') } },
      "payload.images.app: is of 'ghcr.io/example/blog': expected one of 'ghcr.io/example/shop', as the project's file says",
    ],
    [
      'an environment that the project has not',
      { project: 'blog', environment: 'staging', images: { app: image } },
      "payload.environment: the project has no 'staging', there are production",
    ],
  ])('%s is refused', (_, payload, what) => {
    expect(() => outputsOf('deploy', payload, projects)).toThrow(what);
  });

  test('a preview with a service that the project has not is refused, and goes whatever it is asked with', () => {
    const payload = { project: 'shop', pullRequest: 7, action: 'up', images: { wbe: image } };
    const says = 'payload.images.wbe: no such service; there are app';
    expect(() => outputsOf('preview', payload, projects)).toThrow(says);
    expect(outputsOf('preview', { ...payload, action: 'destroy' }, projects)).toMatchObject({ stack: 'shop-pr-7' });
  });

  test('as a command, with the inputs of the workflow', async () => {
    const own = image.replace('example/shop', 'celly/celly-creative');
    const PAYLOAD = JSON.stringify({ project: 'celly-creative', environment: 'staging', images: { app: own } });
    expect(await command('request', ['deploy'], { env: { PAYLOAD } })).toMatchObject({
      code: 0,
      stdout: `project=celly-creative\nimages={"app":"${own}"}\nstack=staging\n`,
    });
    expect(await command('request', ['deploy'], { env: { PAYLOAD: 'null' } })).toMatchObject({ code: 1, stdout: '' });
    expect(await command('request', ['rm'], { env: { PAYLOAD } })).toMatchObject({ code: 1 });
    expect(await command('request', ['deploy'], { env: { PAYLOAD: '' } })).toMatchObject({
      code: 1,
      stderr: 'PAYLOAD: expected the payload of the event as JSON\n',
    });
    expect(await command('request', ['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('take what a hosted project asks for'),
    });
  });
});

describe('S3.1: the images of a stack’s file', () => {
  const change = { project: 'shop', images: { app: image }, environment: 'production', others: 'kept' } as const;
  const changed = (text: string, asked: ImageChange = change) => withImages(parseDocument(text), asked, projects);
  const file = '# Why\nconfig:\n  codeb:environment: production # as it is\n';

  test('the first one names every project that ran so far, and comments stay', () => {
    const text = changed(file, change);
    expect(text).toContain('# Why');
    expect(text).toContain('# as it is');
    expect(parse(text)).toEqual({
      config: {
        'codeb:environment': 'production',
        'codeb:projects': { shop: { images: { app: image } }, blog: {} },
      },
    });
  });

  test('a later one changes that one, and a preview runs nothing else', () => {
    const first = changed(file, change);
    const other = `${image.slice(0, -1)}b`;
    expect(parse(changed(first, { ...change, images: { app: other } }))).toMatchObject({
      config: { 'codeb:projects': { shop: { images: { app: other } }, blog: {} } },
    });
    const worker = { ...change, others: 'only', images: { worker: other } } as const;
    expect(parse(changed(first, worker))).toHaveProperty('config.codeb:projects', {
      shop: { images: { app: image, worker: other } },
    });
    expect(parse(changed(file, { ...worker, images: {} }))).toHaveProperty('config.codeb:projects', {
      shop: {},
    });
  });

  test('as a command, in the working folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'codeb-images-'));
    await writeFile(join(folder, 'Pulumi.staging.yaml'), file);
    const args = ['--stack', 'staging', '--project', 'celly-creative', '--images', JSON.stringify({ app: image })];
    expect(await command('set-images', args, { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
    const written: unknown = parse(await readFile(join(folder, 'Pulumi.staging.yaml'), 'utf8'));
    expect(written).toMatchObject({ config: { 'codeb:projects': { 'celly-creative': { images: { app: image } } } } });
    const unknown = ['--stack', '../x', ...args.slice(2)];
    expect((await command('set-images', unknown, { cwd: folder })).code).toBe(1);
    const refused = async (...more: string[]) => {
      const { code, stderr } = await command('set-images', [...args, ...more], { cwd: folder });
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused('--stack', 'nonsense')).toBe(
      `no file Pulumi.nonsense.yaml in ${folder}; there are stacks staging\n`,
    );
    const before = await readFile(join(folder, 'Pulumi.staging.yaml'), 'utf8');
    expect(await refused('--images', JSON.stringify({ wbe: image }))).toBe(
      'Nothing was changed:\n  codeb.projects.celly-creative.images.wbe: no such service; there are app\n',
    );
    expect(await readFile(join(folder, 'Pulumi.staging.yaml'), 'utf8')).toBe(before);
    await writeFile(join(folder, 'Pulumi.staging.yaml'), 'config: [\n');
    expect(await refused()).toMatch(/^Pulumi\.staging\.yaml: .* at line 2/);
    await rm(folder, { recursive: true });
  });
});

describe('C.3: the plan that was approved', () => {
  const artifact = (more: object = {}) => ({
    id: 5,
    name: 'plan-production-abc',
    expired: false,
    created_at: '2026-11-20T10:00:00Z',
    workflow_run: { id: 1, repository_id: 10, head_repository_id: 10 },
    ...more,
  });
  const of = (...artifacts: object[]) => fittingPlan({ artifacts }, 'production', 'abc');

  test('fits the same tree of the same stack, and the newest counts', () => {
    const later = artifact({
      created_at: '2026-11-21T10:00:00Z',
      workflow_run: { id: 2, repository_id: 10, head_repository_id: 10 },
    });
    expect(of(artifact(), later)).toEqual({ run: 2, name: 'plan-production-abc', artifact: 5 });
    expect(of(artifact({ name: 'plan-staging-abc' }), artifact({ name: 'plan-production-abcd' }))).toBeUndefined();
  });

  test('is none that is expired, or that a fork made', () => {
    expect(of(artifact({ expired: true }), artifact({ workflow_run: null }))).toBeUndefined();
    expect(of(artifact({ workflow_run: { id: 3, repository_id: 10, head_repository_id: 11 } }))).toBeUndefined();
  });

  test('as a command', async () => {
    const input = JSON.stringify({ artifacts: [artifact()] });
    const args = ['--stack', 'production', '--tree', 'abc'];
    expect((await command('saved-plan', args, { input })).stdout).toBe('run=1\nname=plan-production-abc\nartifact=5\n');
    expect(await command('saved-plan', args, { input: '{"artifacts":[]}' })).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('S4.9: drift is one issue a stack', () => {
  const asked: { method: string; url: string; body: unknown }[] = [];
  let open: object[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '' } = request;
      asked.push({ method, url, body: body === '' ? undefined : JSON.parse(body) });
      const known = request.headers.authorization === 'Bearer of-the-job';
      response.writeHead(known ? 200 : 401).end(JSON.stringify(method === 'GET' ? open : {}));
    });
  });
  let folder: string;

  beforeEach(async () => {
    asked.length = 0;
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    folder = await mkdtemp(join(tmpdir(), 'codeb-drift-'));
    await writeFile(join(folder, 'report'), '~ codeb:index:Workload shop\n');
  });
  afterEach(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const report = (drift: string, GITHUB_TOKEN = 'of-the-job') => {
    const { port } = z.object({ port: z.int() }).parse(server.address());
    const env = { GITHUB_REPOSITORY: 'example/infra', GITHUB_TOKEN, GITHUB_API_URL: `http://127.0.0.1:${port}` };
    return command('drift-issue', ['--stack', 'staging', '--drift', drift, '--report', join(folder, 'report')], {
      env,
    });
  };
  const changes = () => asked.filter(({ method }) => method !== 'GET');

  test('opened, then kept up to date, then closed', async () => {
    open = [];
    expect(await report('yes')).toMatchObject({ code: 0, stderr: '' });
    expect(changes()).toMatchObject([
      { method: 'POST', url: '/repos/example/infra/issues', body: { title: 'Drift: staging', labels: ['drift'] } },
    ]);
    open = [
      { number: 3, title: 'Drift: staging' },
      { number: 4, title: 'Drift: production' },
    ];
    asked.length = 0;
    await report('yes');
    expect(changes()).toMatchObject([{ method: 'PATCH', url: '/repos/example/infra/issues/3' }]);
    asked.length = 0;
    await report('no');
    expect(changes()).toMatchObject([{ url: '/repos/example/infra/issues/3', body: { state: 'closed' } }]);
  });

  test('a stack without drift has none, and what GitHub refuses is an error', async () => {
    open = [];
    expect(await report('no')).toMatchObject({ code: 0 });
    expect(changes()).toEqual([]);
    const refused = await report('yes', 'wrong');
    expect(refused.stderr).toContain('GET /issues?state=open&labels=drift&per_page=100: 401');
    expect(refused.code).toBe(1);
  });

  test('the report is shown as it is, and cut where it is too long', () => {
    expect(issueText('staging', 'a\n```\nb')).toContain('````\na\n```\nb\n````');
    expect(issueText('staging', 'x'.repeat(100_000)).length).toBeLessThan(65_536);
  });
});
