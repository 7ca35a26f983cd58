/** Scripts of workflows that are no command of their own, run as GitHub runs them: with a `gh` that notes what it is asked. */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { isOnPath, mustRun, run } from '../../sandbox/run.ts';
import { runScript, scriptOf } from '../workflow-script.ts';

const root = resolve(import.meta.dirname, '..', '..');
let folder: string;

/** Notes its arguments and, where it is told to read one, its input; knows the pull requests in `pulls`. */
const gh = `#!/bin/sh
printf '%s\\n' "$*" >>"$NOTES"
case "$*" in
  *"--input -"*) cat >"$NOTES.input" ;;
  "pr list "*"--state open --json"*) jq 'map(select(.state == "OPEN"))' "$RUNNER_TEMP/pulls" ;;
  "pr list "*"--jq .[].number") jq '.[].number' "$RUNNER_TEMP/pulls" ;;
  "pr list "*) cat "$RUNNER_TEMP/pulls" ;;
  "api repos/"*"/commits/"*" --jq .sha") echo ccccccc ;;
esac
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codeb-workflow-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'gh'), gh);
  await chmod(join(folder, 'bin', 'gh'), 0o755);
  await pulls();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pulls = (...all: object[]) => writeFile(join(folder, 'pulls'), JSON.stringify(all));

function bash(script: string, env: Record<string, string>, cwd = folder) {
  const own = { NOTES: join(folder, 'notes'), GITHUB_OUTPUT: join(folder, 'output'), RUNNER_TEMP: folder };
  return runScript(script, { cwd, env: { ...own, ...env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` } });
}

const note = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '');

describe('S3.1, S4.8: reusable-deploy.yml asks the infra repository for', () => {
  const images = { app: `ghcr.io/celly/celly-creative:3f0c9d1@sha256:${'a'.repeat(64)}` };
  const common = {
    INFRA: 'example/infra',
    PROJECT: 'celly-creative',
    IMAGES: JSON.stringify(images),
    PULL_REQUEST: '',
  };

  test.each([
    ['push', '', 'refs/heads/develop', 'deploy', { environment: 'staging' }],
    ['push', '', 'refs/heads/main', 'deploy', { environment: 'production' }],
    ['push', '', 'refs/tags/v1.2.3', 'deploy', { environment: 'production' }],
    ['pull_request', 'opened', 'refs/pull/7/merge', 'preview-environment', { action: 'up', pullRequest: '7' }],
    ['pull_request', 'synchronize', 'refs/pull/7/merge', 'preview-environment', { action: 'up', pullRequest: '7' }],
    ['pull_request', 'closed', 'refs/pull/7/merge', 'preview-environment', { action: 'destroy', pullRequest: '7' }],
  ])('%s %s of %s: %s', async (EVENT, EVENT_ACTION, GITHUB_REF, workflow, asked) => {
    if (!(await isOnPath('jq'))) throw new Error('needs jq, which runners of GitHub have');
    const PULL_REQUEST = EVENT === 'push' ? '' : '7';
    const script = await scriptOf('reusable-deploy.yml', 'Ask for it');
    const { code, stderr } = await bash(script, { ...common, EVENT, EVENT_ACTION, GITHUB_REF, PULL_REQUEST });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const path = `repos/example/infra/actions/workflows/${workflow}.yml/dispatches`;
    expect(await note('notes')).toContain(`api ${path} --method POST --input -`);
    const inputs = { project: 'celly-creative', images: EVENT_ACTION === 'closed' ? '{}' : common.IMAGES, ...asked };
    expect(JSON.parse(await note('notes.input'))).toEqual({ ref: 'main', inputs });
    // What is asked for is what the other side takes.
    const kind = workflow === 'deploy' ? 'deploy' : 'preview';
    const PAYLOAD = JSON.stringify(inputs);
    const answer = await run(process.execPath, [join(root, 'cli', 'request.ts'), kind], { env: { PAYLOAD } });
    expect(answer).toMatchObject({ code: 0, stderr: '' });
  });

  test('nothing for another branch, and nothing where the images are no JSON', async () => {
    const script = await scriptOf('reusable-deploy.yml', 'Ask for it');
    const push = { ...common, EVENT: 'push', EVENT_ACTION: '', GITHUB_REF: 'refs/heads/feature' };
    expect(await bash(script, push)).toMatchObject({ code: 0, stdout: 'push of refs/heads/feature deploys nothing\n' });
    expect((await bash(script, { ...push, GITHUB_REF: 'refs/heads/main', IMAGES: '' })).code).not.toBe(0);
  });
});

let checkout: string;
const git = (...args: string[]) => mustRun('git', args, { cwd: checkout });

/** This repository's own programs and stacks, with a first commit. */
async function makeCheckout(): Promise<void> {
  checkout = join(folder, 'checkout');
  await mkdir(checkout);
  for (const part of ['cli', 'policy', 'stacks', 'provider', 'package.json']) {
    await cp(join(root, part), join(checkout, part), { recursive: true });
  }
  for (const stack of ['production', 'staging', 'preview']) {
    await cp(join(root, `Pulumi.${stack}.yaml`), join(checkout, `Pulumi.${stack}.yaml`));
  }
  await writeFile(join(checkout, '.gitignore'), 'node_modules\n');
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
  await startRepository();
  await git('add', '.');
  await git('commit', '--quiet', '--message=first');
}

async function startRepository(): Promise<void> {
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'test');
  await git('config', 'user.email', 'test@example.org');
}

describe('S3.1: preview.yml tells a fork what its pull request plans, without any credential', () => {
  test('against the plan of its base', { timeout: 60_000 }, async () => {
    await makeCheckout();
    const BASE = (await git('rev-parse', 'HEAD')).trim();
    const images = JSON.stringify({ app: 'ghcr.io/celly/celly-creative:2.0.0' });
    await run(
      process.execPath,
      ['cli/set-images.ts', '--stack', 'staging', '--project', 'celly-creative', '--images', images],
      { cwd: checkout },
    );
    const script = await scriptOf('preview.yml', 'What it changes in the plan of every stack, without any credential');
    const { code, stderr } = await bash(script, { BASE, GITHUB_STEP_SUMMARY: join(folder, 'summary') }, checkout);
    expect([code, stderr]).toEqual([0, '']);
    const summary = await note('summary');
    expect(summary).toContain("The plan of 'production' changes nothing");
    expect(summary).toContain(`The plan of 'staging' changes, against ${folder}/staging.json`);
    expect(summary).toContain('- Image=ghcr.io/celly/celly-creative:1.0.0\n+ Image=ghcr.io/celly/celly-creative:2.0.0');
    const app = 'projects["celly-creative-staging"].pod.apps.app';
    expect(summary.match(/^@@ .*/gm), 'and nothing of another project').toEqual([
      `@@ ${app}.environment.CODEB_VERSION @@`,
      `@@ ${app}.image @@`,
      `@@ ${app}.version @@`,
      '@@ units["celly-creative-staging-app.container"] @@',
    ]);
  });

  test('and of one that is refused why, beside the others', { timeout: 60_000 }, async () => {
    await makeCheckout();
    const BASE = (await git('rev-parse', 'HEAD')).trim();
    const settings = await readFile(join(checkout, 'Pulumi.production.yaml'), 'utf8');
    await writeFile(join(checkout, 'Pulumi.production.yaml'), settings.replace('codeb:servers:', 'codeb:serverz:'));
    const script = await scriptOf('preview.yml', 'What it changes in the plan of every stack, without any credential');
    const { code } = await bash(script, { BASE, GITHUB_STEP_SUMMARY: join(folder, 'summary') }, checkout);
    expect(code).toBe(1);
    const summary = await note('summary');
    expect(summary).toMatch(/^```diff\n[^]*serverz[^]*\n```\n$/);
    expect(summary).toContain("The plan of 'staging' changes nothing");
  });
});

describe('S3.7: reusable-quality.yml looks at the migrations that a change adds', () => {
  const check = async (BASE: string, CONTRACTS = '') => {
    const script = await scriptOf('reusable-quality.yml', 'Nothing that the running version would not survive');
    await rm(join(folder, 'infra'), { force: true });
    await symlink(root, join(folder, 'infra'));
    return bash(script, { BASE, CONTRACTS, MIGRATIONS: 'db/migrations', GITHUB_WORKSPACE: folder }, checkout);
  };
  const add = async (name: string, text: string) => {
    await writeFile(join(checkout, 'db', 'migrations', name), text);
    await git('add', '.');
    await git('commit', '--quiet', `--message=${name}`);
    return (await git('rev-parse', 'HEAD')).trim();
  };
  let first: string;

  beforeEach(async () => {
    checkout = join(folder, 'project');
    await mkdir(join(checkout, 'db', 'migrations'), { recursive: true });
    await startRepository();
    first = await add('001_init.sql', 'CREATE TABLE a (id int);');
  });

  test('what is added passes, and what is taken away does not', async () => {
    const second = await add('002_add.sql', 'ALTER TABLE a ADD COLUMN b int;');
    expect(await check(first)).toMatchObject({ code: 0 });
    await add('003 drop.SQL', 'ALTER TABLE a DROP COLUMN b;');
    expect(await check(second)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^003 drop\.SQL:1: /) });
  });

  test('a file that is named is meant, and older ones were looked at before', async () => {
    await add('002_drop.sql', 'DROP TABLE a;');
    const third = await add('003_again.sql', 'DROP TABLE b;');
    expect(await check(first, '002_drop.sql 003_again.sql')).toMatchObject({ code: 0 });
    expect(await check(third)).toMatchObject({ code: 0, stdout: 'no new files\n' });
  });

  test('on the first push of a branch every file is new', async () => {
    await add('002_drop.sql', 'DROP TABLE a;');
    expect(await check('0'.repeat(40))).toMatchObject({ code: 1, stdout: expect.stringContaining('002_drop.sql:1: ') });
  });
});

describe('S3.1: deploy.yml writes images into the file of a stack', () => {
  const images = JSON.stringify({ app: `ghcr.io/celly/celly-creative@sha256:${'b'.repeat(64)}` });
  beforeEach(async () => {
    await makeCheckout();
    await mustRun('git', ['init', '--quiet', '--bare', join(folder, 'origin')]);
    await git('remote', 'add', 'origin', join(folder, 'origin'));
    await git('push', '--quiet', 'origin', 'main', 'main:develop');
  });

  const deploy = async (STACK: string, PROJECT = 'celly-creative', IMAGES = images) =>
    bash(await scriptOf('deploy.yml', "Write the images into the stack's file"), { STACK, PROJECT, IMAGES }, checkout);
  const origin = (...args: string[]) => mustRun('git', args, { cwd: join(folder, 'origin') });
  const fileOf = async (branch: string, stack: string): Promise<unknown> =>
    parse(await origin('show', `${branch}:Pulumi.${stack}.yaml`));
  const named = { config: { 'codeb:projects': { 'celly-creative': { images: JSON.parse(images) } } } };

  test("staging's goes to develop, once", async () => {
    expect(await deploy('staging')).toMatchObject({ code: 0 });
    expect(await fileOf('develop', 'staging')).toMatchObject(named);
    expect(await note('notes')).toBe('auth setup-git\n');
    expect((await deploy('staging')).stdout).toContain('staging already names these images');
  });

  test("production's becomes a pull request, and main stays as it is", async () => {
    const before = await fileOf('main', 'production');
    expect(await deploy('production')).toMatchObject({ code: 0 });
    expect(await fileOf('main', 'production')).toEqual(before);
    expect(await fileOf('deploy/celly-creative', 'production')).toMatchObject(named);
    expect(await note('notes')).toContain('pr create --head deploy/celly-creative --base main');
  });

  test('another stack is none of its business', async () => {
    expect(await deploy('celly-creative-pr-1')).toMatchObject({ code: 1 });
  });

  describe('a second request before the first is merged', () => {
    const branch = 'deploy/paintshare';
    const image = (letter: string) => `ghcr.io/share-paint/app@sha256:${letter.repeat(64)}`;
    const ask = (asked: Record<string, string>) => deploy('production', 'paintshare', JSON.stringify(asked));
    const pull = async (state: 'OPEN' | 'CLOSED' | 'MERGED') => {
      const headRefOid = (await origin('rev-parse', branch)).trim();
      await pulls({ state, headRefOid, isCrossRepository: false });
    };
    const imagesIn = async (from: string) => {
      const projects = z.object({ paintshare: z.object({ images: z.unknown() }) });
      const file = z.object({ config: z.object({ 'codeb:projects': projects }) });
      return file.parse(await fileOf(from, 'production')).config['codeb:projects'].paintshare.images;
    };
    /** As a person does, on main. */
    const write = async (asked: Record<string, string>, project = 'paintshare') => {
      await git('checkout', '--quiet', '--force', 'main');
      const args = ['--stack', 'production', '--project', project, '--images', JSON.stringify(asked)];
      await mustRun(process.execPath, ['cli/set-images.ts', ...args], { cwd: checkout });
      await git('commit', '--quiet', '--all', '--message=by hand');
    };

    test('both services are in it, of one service the later image, and main’s own stay as main has them', async () => {
      expect(await ask({ web: image('a'), socket: image('b') })).toMatchObject({ code: 0 });
      await pull('OPEN');
      await write({ app: image('c') }, 'celly-creative');
      await git('push', '--quiet', 'origin', 'main');
      expect(await ask({ socket: image('d') })).toMatchObject({ code: 0 });
      expect(await imagesIn(branch)).toEqual({ web: image('a'), socket: image('d') });
      expect(await fileOf(branch, 'production')).toMatchObject({
        config: { 'codeb:projects': { 'celly-creative': { images: { app: image('c') } } } },
      });
      // One commit on what main is now, and one pull request.
      expect(await origin('log', '--format=%s', `main..${branch}`)).toContain('"web":');
      expect((await origin('rev-list', '--count', `main..${branch}`)).trim()).toBe('1');
      expect((await note('notes')).match(/pr create/g)).toHaveLength(1);
    });

    test.each(['CLOSED', 'MERGED'] as const)('nothing is kept of one that is %s', async (state) => {
      await ask({ web: image('a') });
      await pull(state);
      expect(await ask({ socket: image('b') })).toMatchObject({ code: 0 });
      expect(await imagesIn(branch)).toEqual({ socket: image('b') });
      expect((await note('notes')).match(/pr create/g)).toHaveLength(2);
    });

    test('one that asks for what main has takes its change back', async () => {
      await write({ web: image('a') });
      await git('push', '--quiet', 'origin', 'main');
      await ask({ web: image('b') });
      await pull('OPEN');
      expect(await ask({ web: image('a') })).toMatchObject({ code: 0 });
      expect(await origin('rev-parse', branch)).toBe(await origin('rev-parse', 'main'));
    });

    test('one that is pushed in the very moment is kept as well', async () => {
      await write({ web: image('a') });
      await git('branch', 'other');
      const hook = `#!/bin/sh\nmv "$0" "$0.done"\nexec git push --quiet origin other:refs/heads/${branch}\n`;
      await mkdir(join(checkout, '.git', 'hooks'), { recursive: true });
      await writeFile(join(checkout, '.git', 'hooks', 'pre-push'), hook, { mode: 0o755 });
      const { code, stdout } = await ask({ socket: image('b') });
      expect(stdout).toContain(`attempt 1: ${branch} has moved`);
      expect(code).toBe(0);
      expect(await imagesIn(branch)).toEqual({ web: image('a'), socket: image('b') });
    });
  });
});

describe('S3.1: up.yml leaves a stack to the newest commit of its branch', () => {
  let older: string;
  let newer: string;
  const commit = async (message: string) => {
    await git('commit', '--quiet', '--allow-empty', `--message=${message}`);
    return (await git('rev-parse', 'HEAD')).trim();
  };
  const ask = async (GITHUB_SHA: string, GITHUB_REF: string, GITHUB_REF_TYPE = 'branch') => {
    await rm(join(folder, 'output'), { force: true });
    const named = { GITHUB_SHA, GITHUB_REF, GITHUB_REF_TYPE, GITHUB_REF_NAME: GITHUB_REF.replace(/^refs\/\w+\//, '') };
    const script = await scriptOf('up.yml', 'Whether this is still what its branch has');
    const { code, stdout } = await bash(script, { ...named, STACK: 'staging' }, checkout);
    return { code, stdout, output: await note('output') };
  };

  beforeEach(async () => {
    checkout = join(folder, 'checkout');
    await mkdir(checkout);
    await startRepository();
    await mustRun('git', ['init', '--quiet', '--bare', join(folder, 'origin')]);
    await git('remote', 'add', 'origin', join(folder, 'origin'));
    older = await commit('older');
    await git('tag', 'v1');
    newer = await commit('newer');
    // Another branch that ends the same way has a tip of its own.
    await git('push', '--quiet', 'origin', 'main:develop', 'v1', 'v1^{commit}:refs/heads/x/develop');
    // As a run has it that began before.
    await git('checkout', '--quiet', '--detach', older);
  });

  test('the tip goes on, also when its run is started again', async () => {
    expect(await ask(newer, 'refs/heads/develop')).toEqual({ code: 0, stdout: '', output: 'newest=yes\n' });
  });

  test('an older one changes nothing, says who does, and has not failed', async () => {
    const { code, stdout, output } = await ask(older, 'refs/heads/develop');
    expect([code, output]).toEqual([0, '']);
    expect(stdout).toMatch(/^::notice title=staging is left to a newer commit::/);
    expect(stdout).toContain(`develop is at ${newer} by now, and nothing was changed.`);
  });

  test('a tag goes on, and a branch that nobody can ask for fails', async () => {
    expect(await ask(older, 'refs/tags/v1', 'tag')).toMatchObject({ code: 0, output: 'newest=yes\n' });
    expect(await ask(older, 'refs/heads/gone')).toMatchObject({ code: 2, output: '' });
  });
});

test('C.3: preview.yml tells the pull request of a preview that failed, with what it said', async () => {
  const bin = (name: string, text: string) =>
    writeFile(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  await bin('pulumi', `echo '{"steps": []}'; echo 'refused by a policy' >&2; exit 255`);
  await bin('node', 'echo "$*" >>"$NOTES"');
  const ref = { GITHUB_REPOSITORY: 'example/infra', GITHUB_BASE_REF: 'main' };
  const env = { STACK: 'production', PULL_REQUEST: '7', BASE: 'aaaaaaa', HEAD: 'bbbbbbb', ...ref };
  const failed = await bash(await scriptOf('preview.yml', 'Preview'), env);
  expect(failed).toMatchObject({ code: 255, stderr: 'refused by a policy\n' });
  const tell = await scriptOf('preview.yml', 'Tell the pull request');
  await bash(tell, { ...env, OUTCOME: 'failure' });
  await bash(tell, { ...env, OUTCOME: 'success' });
  const common = '--pull-request 7 --base aaaaaaa --head bbbbbbb';
  const findings = '--policy events-production.jsonl';
  const command = `cli/preview-comment.ts --stack production --preview preview-production.json ${findings}`;
  const stale = [
    'api repos/example/infra/commits/main --jq .sha',
    'cli/preview-comment.ts stale --pull-request 7 --base ccccccc',
  ];
  const told = [`${command} --failed preview-production.err ${common}`, ...stale, `${command} ${common}`, ...stale, ''];
  expect(await note('notes')).toBe(told.join('\n'));
  expect(await note('preview-production.json')).toBe('{"steps": []}\n');
});

test.each([
  ['awskms://alias/codeb?region=eu-central-1', 'awskms://alias/codeb?region=eu-central-1'],
  [undefined, 'default'],
])(
  "S3.3: a preview's stack keeps its secrets with what keeps those of the stack `preview`: %s",
  async (given, used) => {
    for (const name of ['node', 'pulumi']) {
      await writeFile(join(folder, 'bin', name), `#!/bin/sh\necho ${name} "$*" >>"$NOTES"\n`, { mode: 0o755 });
    }
    const settings = ['config: {}', ...(given === undefined ? [] : [`secretsprovider: ${given}`]), ''];
    await writeFile(join(folder, 'Pulumi.preview.yaml'), settings.join('\n'));
    const script = await scriptOf('preview-environment.yml', 'The stack and its settings');
    expect(await bash(script, { STACK: 'shop-pr-7', PULL_REQUEST: '7' })).toMatchObject({ code: 0 });
    expect(await note('notes')).toContain(`pulumi stack select --create shop-pr-7 --secrets-provider ${used}\n`);
  },
);

test('S3.1: preview.yml lets no pull request of a fork be merged', async () => {
  const script = await scriptOf('preview.yml', 'Say why there is none');
  const env = { STACK: 'staging', GITHUB_BASE_REF: 'main', GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  const { code, stdout } = await bash(script, { ...env, OWN: 'false' });
  expect([code, stdout]).toEqual([1, expect.stringContaining('push it as a branch of this repository')]);
  expect(await bash(script, { ...env, OWN: 'true' })).toMatchObject({ code: 0 });
  expect(await note('summary')).toBe('A merge into main changes nothing of staging, which another branch deploys.\n');
});

test('C.3: up.yml says on each open pull request to its branch that the base has moved', async () => {
  await writeFile(join(folder, 'bin', 'node'), '#!/bin/sh\necho "$*" >>"$NOTES"\n', { mode: 0o755 });
  await pulls({ number: 7 }, { number: 1234 });
  const script = await scriptOf('up.yml', 'Say on each open pull request that its base has moved');
  expect(await bash(script, { GITHUB_REF_NAME: 'develop', GITHUB_SHA: 'ddddddd' })).toMatchObject({ code: 0 });
  const stale = (number: number) => `cli/preview-comment.ts stale --pull-request ${number} --base ddddddd`;
  expect((await note('notes')).trim().split('\n').slice(1)).toEqual([stale(7), stale(1234)]);
});
