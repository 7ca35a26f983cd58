/** The workflows of this repository and those for hosted projects: what GitHub would refuse, and what we would. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { findActionlint } from '../../sandbox/actionlint.ts';
import { hasGo } from '../../sandbox/go.ts';
import { silent } from '../../sandbox/progress.ts';
import { run } from '../../sandbox/run.ts';
import { environments } from '../../stacks/environments.ts';
import { previewChecks } from '../../stacks/github.ts';

const root = resolve(import.meta.dirname, '..', '..');
const folder = join(root, '.github', 'workflows');

const step = z.object({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.unknown()).default({}),
});
/** Source: https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency */
const concurrency = z.strictObject({
  group: z.string(),
  'cancel-in-progress': z.boolean(),
  queue: z.literal('max').optional(),
});
const job = z.object({
  name: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'none'])),
  'timeout-minutes': z.int(),
  environment: z.string().optional(),
  if: z.string().optional(),
  concurrency: concurrency.optional(),
  steps: z.array(step),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.object({}).strict(),
  defaults: z.object({ run: z.object({ shell: z.literal('bash') }) }),
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
});
const action = z.object({ runs: z.object({ steps: z.array(step) }) });

const files = (await readdir(folder)).sort();
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
);
const workflows = [...texts].map(([file, text]) => ({ file, text, ...workflow.parse(parse(text)) }));
const jobs = workflows.flatMap(({ file, on, jobs }) =>
  Object.entries(jobs).map(([name, one]) => ({ at: `${file}: ${name}`, file, on, ...one })),
);
const engine = await readFile(join(root, '.github', 'actions', 'engine', 'action.yml'), 'utf8');
const steps = [
  ...jobs.flatMap(({ at, steps }) => steps.map((one) => ({ at, ...one }))),
  ...action.parse(parse(engine)).runs.steps.map((one) => ({ at: 'engine', ...one })),
];
const names = (found: readonly { at: string }[]) => [...new Set(found.map(({ at }) => at))];

test('S3.1, S4.8: there is a workflow for each purpose', () => {
  expect(files).toEqual([
    'deploy.yml',
    'drift.yml',
    'preview-environment.yml',
    'preview.yml',
    'reusable-deploy.yml',
    'reusable-image.yml',
    'reusable-quality.yml',
    'sweep.yml',
    'unlock.yml',
    'up.yml',
  ]);
  const reusable = workflows.filter(({ on }) => 'workflow_call' in on).map(({ file }) => file);
  expect(reusable).toEqual(files.filter((file) => file.startsWith('reusable-')));
});

describe('actionlint', () => {
  let isAble = false;
  beforeAll(async () => {
    isAble = await hasGo();
  });

  test('finds nothing', { timeout: 600_000 }, async ({ skip }) => {
    if (!isAble && process.env.CI === undefined) skip('needs Go 1.21 or later on PATH, to build actionlint');
    const actionlint = await findActionlint(silent);
    const { code, stdout } = await run(actionlint, ['-no-color', ...files.map((file) => join(folder, file))], {
      cwd: root,
    });
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });
});

describe('what is run is what was looked at', () => {
  test('every action is of this repository, or pinned by its whole commit with its version beside it', () => {
    const used = [...texts.values(), engine].flatMap((text) => text.match(/uses: .*/g) ?? []);
    // The examples in the heads of reusable workflows are for other repositories.
    const own = used.filter((line) => !line.includes('{owner}'));
    expect(own.length).toBeGreaterThan(20);
    const pinned = /^uses: (\.\/\.github\/actions\/[\w-]+|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    expect(own.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('one action is pinned by one commit', () => {
    const commits = new Map<string, Set<string>>();
    for (const { uses = '' } of steps) {
      const [name = '', commit] = uses.split('@');
      if (commit !== undefined) commits.set(name, (commits.get(name) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, all]) => all.size > 1)).toEqual([]);
  });

  test('every command, script and own action that a step names is there', async () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    const here = steps.filter(({ at, run }) => !at.startsWith('reusable-') || run?.includes('../infra/'));
    const called = here.flatMap(({ run: text = '' }) => [
      ...[...text.matchAll(/node (?:\.\.\/infra\/)?(cli\/[\w-]+\.ts)/g)].map(([, path = '']) => path),
      ...[...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => `npm run ${script}`),
      ...(/npm test/.test(text) ? ['npm run test'] : []),
      ...[...text.matchAll(/--policy-pack (\w+)/g)].map(([, path = '']) => path),
    ]);
    expect(called.length).toBeGreaterThan(15);
    const isThere = (name: string) =>
      name.startsWith('npm run ') ? name.slice('npm run '.length) in scripts : existsSync(join(root, name));
    expect([...new Set(called)].filter((name) => !isThere(name))).toEqual([]);
    expect(
      steps.flatMap(({ uses }) => (uses?.startsWith('./') ? [uses] : [])).every((path) => existsSync(join(root, path))),
    ).toBe(true);
  });
});

describe('S0.6: as little as possible is allowed', () => {
  test('a workflow allows nothing, and each job names what it needs', () => {
    // The schema above holds the first half.
    const writes = jobs.flatMap(({ at, permissions }) =>
      Object.entries(permissions).flatMap(([scope, level]) => (level === 'write' ? [`${at}: ${scope}`] : [])),
    );
    expect(writes).toEqual([
      'drift.yml: look: issues',
      'preview.yml: preview: pull-requests',
      'reusable-image.yml: push: packages',
      'up.yml: up: actions',
      'up.yml: stale: pull-requests',
    ]);
  });

  test('no workflow runs beside the base’s secrets for what a fork proposes', () => {
    const privileged = ['pull_request_target', 'workflow_run', 'issue_comment'];
    expect(workflows.filter(({ on }) => privileged.some((event) => event in on)).map(({ file }) => file)).toEqual([]);
  });

  test('a secret is only in a job of an environment, or in a reusable one that was given it', () => {
    const holders = workflows.flatMap(({ file, text, jobs, on }) => {
      const parsed: unknown = parse(text);
      const all = z.object({ jobs: z.record(z.string(), z.unknown()) }).parse(parsed).jobs;
      return Object.entries(all)
        .filter(([, one]) => /\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify(one)))
        .filter(([name]) => jobs[name]?.environment === undefined && !('workflow_call' in on))
        .map(([name]) => `${file}: ${name}`);
    });
    expect(holders).toEqual([]);
  });

  test('what a pull request starts and has a secret or may write is no fork’s', () => {
    const own = 'github.event.pull_request.head.repo.full_name == github.repository';
    const started = jobs.filter(({ on }) => 'pull_request' in on || 'workflow_call' in on);
    const strong = started.filter(
      (one) => /\bsecrets\./.test(JSON.stringify(one)) || Object.values(one.permissions).includes('write'),
    );
    expect(names(strong).length).toBe(3);
    expect(names(strong.filter((one) => !one.if?.includes(own)))).toEqual([]);
  });

  test('a checkout leaves no token behind', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(names(checkouts.filter((one) => one.with['persist-credentials'] !== false))).toEqual([]);
  });

  test('no expression stands inside a script, whose text others could write', () => {
    expect(names(steps.filter(({ run: text = '' }) => text.includes('${{')))).toEqual([]);
    const scripts = steps.filter(({ uses }) => uses?.startsWith('actions/github-script'));
    expect(scripts).toEqual([]);
  });
});

describe('S3.1: what changes a stack', () => {
  const changes = jobs.filter(({ steps }) =>
    steps.some(({ run: text = '' }) => /pulumi (up|destroy)|sweep\.ts/.test(text)),
  );

  test('is one at a time, and is never cut off', () => {
    expect(names(changes)).toEqual(['preview-environment.yml: environment', 'sweep.yml: sweep', 'up.yml: up']);
    expect(names(changes.filter((one) => one.concurrency?.['cancel-in-progress'] !== false))).toEqual([]);
    expect(workflows.filter((one) => one.concurrency !== undefined)).toEqual([]);
  });

  test('waits in line until it has run: GitHub drops what waits for what comes later', () => {
    const waiting = jobs.filter((one) => one.concurrency?.['cancel-in-progress'] === false);
    const dropped = waiting.filter((one) => one.concurrency?.queue !== 'max');
    // A later look or sweep does all that the dropped one would have done.
    expect(names(dropped)).toEqual(['drift.yml: look', 'sweep.yml: sweep']);
    expect(names(waiting)).toEqual([
      'deploy.yml: record',
      'drift.yml: look',
      'preview-environment.yml: environment',
      'reusable-deploy.yml: ask',
      'sweep.yml: sweep',
      'up.yml: up',
    ]);
  });

  test('is held to a plan, and asks the policies', () => {
    const ups = steps.flatMap(({ run: text = '' }) => text.match(/pulumi (up|preview) [^;]*/g) ?? []);
    expect(ups.length).toBe(4);
    for (const up of ups) {
      expect(up).toContain('--policy-pack policy');
      expect(up).toMatch(/--plan |--strict|--save-plan /);
    }
  });

  test('a newer preview ends an older one of the same stack and pull request', () => {
    const [preview] = jobs.filter(({ at }) => at === 'preview.yml: preview');
    expect(preview?.concurrency).toEqual({
      group: 'preview-${{ github.event.pull_request.number }}',
      'cancel-in-progress': true,
    });
  });

  test('is left alone by a run whose branch has something newer', () => {
    const updates = jobs.find(({ at }) => at === 'up.yml: up')?.steps ?? [];
    const at = updates.findIndex(({ id }) => id === 'tip');
    const after = updates.slice(at + 1);
    expect(after.some(({ run = '' }) => run.includes('pulumi up'))).toBe(true);
    expect(after.filter((one) => !one.if?.startsWith("steps.tip.outputs.newest == 'yes' && "))).toEqual([]);
    expect(updates.slice(0, at).filter(({ run = '' }) => /pulumi|DELETE|gate|preflight/.test(run))).toEqual([]);
  });

  test('is looked at by the files of the branch that deploys it', () => {
    const looks = texts.get('drift.yml') ?? '';
    for (const stack of ['staging', 'production'] as const) {
      expect(looks).toContain(`- { stack: ${stack}, branch: ${environments[stack].branches.join()} }\n`);
    }
    const [checkout] = jobs.find(({ at }) => at === 'drift.yml: look')?.steps ?? [];
    expect(checkout?.with.ref).toBe('${{ matrix.branch }}');
  });

  test('asks the guard right before it destroys', () => {
    const destroying = steps.filter(({ run: text = '' }) => /pulumi (destroy|stack rm)/.test(text));
    expect(names(destroying)).toEqual(['preview-environment.yml: environment']);
    for (const { run: text = '' } of destroying)
      expect(text.trim().split('\n')[0]).toBe('node cli/may-destroy.ts "$STACK"');
  });

  test('of a preview looks first whether it is still asked for, and does nothing where it is not', () => {
    const [made] = jobs.filter(({ at }) => at === 'preview-environment.yml: environment');
    const scripts = made?.steps.filter(({ run: text }) => text !== undefined) ?? [];
    expect(scripts[0]?.run).toMatch(/^node cli\/preview-check\.ts /);
    expect(scripts.slice(1).filter((one) => !one.if?.includes('steps.now.outputs.action'))).toEqual([]);
  });

  test('left by previews is swept every hour', () => {
    const [sweep] = workflows.filter(({ file }) => file === 'sweep.yml');
    expect(sweep?.on.schedule).toEqual([{ cron: '17 * * * *' }]);
    expect(sweep?.text).toContain('run: node cli/sweep.ts --yes\n');
  });
});

test('S3.1: a pull request previews the stack that its base deploys, and every check that a merge asks for comes', () => {
  const [previews] = workflows.filter(({ file }) => file === 'preview.yml');
  // Another base is another stack.
  expect(previews?.on.pull_request).toMatchObject({
    branches: ['main', 'develop'],
    types: expect.arrayContaining(['edited']),
  });
  const { preview, other } = previews?.jobs ?? {};
  const stackOf = (name: string | undefined, base: string) => {
    const [, one, then, otherwise] =
      /\{\{ github\.base_ref == '(\w+)' && '(\w+)' \|\| '(\w+)' \}\}$/.exec(name ?? '') ?? [];
    return base === one ? then : otherwise;
  };
  for (const stack of ['staging', 'production'] as const) {
    const [base = ''] = environments[stack].branches;
    expect(stackOf(preview?.env.STACK, base)).toBe(stack);
    expect(stackOf(preview?.name, base)).toBe(stack);
    expect(stackOf(other?.env.STACK, base)).toBe(stackOf(other?.name, base));
    expect(previewChecks).toEqual(
      expect.arrayContaining([preview?.name, other?.name].map((name) => `preview ${stackOf(name, base)}`)),
    );
    expect(stackOf(other?.name, base)).not.toBe(stack);
  }
  // A job that is skipped counts as passed.
  expect(preview?.if).toContain('head.repo.full_name == github.repository');
  expect(other?.if).toBeUndefined();
});

test('S3.3: a preview that is there already keeps its secrets with what its state names', () => {
  const [made] = jobs.filter(({ at }) => at === 'preview-environment.yml: environment');
  const onStack = made?.steps.filter(({ env }) => 'PULUMI_CONFIG_PASSPHRASE' in env) ?? [];
  expect(onStack).toHaveLength(3);
  for (const { env } of onStack) expect(env.PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER).toBe('true');
});

test('S3.3: preflight looks before anything changes, in staging and in a preview', () => {
  const preflight = 'npm run preflight -- --stack "$STACK"';
  const [made] = jobs.filter(({ at }) => at === 'preview-environment.yml: environment');
  const up = made?.steps.find(({ run }) => run?.includes('pulumi up'))?.run ?? '';
  expect(up.indexOf(preflight)).toBeGreaterThan(up.indexOf('set-images.ts'));
  expect(up.indexOf('pulumi up')).toBeGreaterThan(up.indexOf(preflight));

  const updates = jobs.filter(({ at }) => at === 'up.yml: up').flatMap(({ steps }) => steps);
  const at = updates.findIndex(({ run }) => run === preflight);
  expect(updates[at]?.if).toBe("steps.tip.outputs.newest == 'yes' && env.STACK == 'staging'");
  expect(Object.keys(updates[at]?.env ?? {})).toEqual(
    expect.arrayContaining(['PULUMI_BACKEND_URL', 'PULUMI_CONFIG_PASSPHRASE', 'AWS_ACCESS_KEY_ID']),
  );
  // What is good for one update is not taken away before, either.
  expect(at).toBeLessThan(updates.findIndex(({ run = '' }) => /pulumi up|--method DELETE/.test(run)));
});

test('S3.1: the lock of any stack is freed on request, after the approval that the stack asks for', () => {
  const [unlocks] = workflows.filter(({ file }) => file === 'unlock.yml');
  expect(unlocks?.on).toEqual({
    workflow_dispatch: { inputs: { stack: { description: expect.any(String), required: true, type: 'string' } } },
  });
  const { place, unlock } = unlocks?.jobs ?? {};
  // The same name decides about the credentials and is freed.
  expect(place?.environment).toBeUndefined();
  expect(place?.steps.at(-1)).toMatchObject({
    run: 'node cli/stack-environment.ts "$STACK" >>"$GITHUB_OUTPUT"',
    env: { STACK: '${{ inputs.stack }}' },
  });
  expect(unlock?.environment).toBe('${{ needs.place.outputs.environment }}');
  const [step] = unlock?.steps.filter(({ run }) => run !== undefined) ?? [];
  expect(step).toMatchObject({ run: 'node cli/unlock.ts --stack "$STACK"', env: { STACK: '${{ inputs.stack }}' } });
});
