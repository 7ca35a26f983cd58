import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import program from '../../index.ts';
import type { Box } from '../../sandbox/box.ts';
import { type LanguageHost, serveProgram } from '../../sandbox/language-host.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { sandboxSettings } from '../../sandbox/settings.ts';
import { askSites } from '../../sandbox/sites.ts';
import { engineEnvironment, pluginsFor } from '../../sandbox/stack.ts';
import { type StandIns, startStandIns } from '../../sandbox/stand-ins.ts';
import { runScript, scriptOf } from '../workflow-script.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { writeSettings } from './settings-file.ts';
import { passphrase, Stacks } from './stacks.ts';

const root = resolve(import.meta.dirname, '..', '..');
const projects = { 'celly-creative': {} };
const preview = 'celly-creative-pr-21';

/** The engine's commands as they stand in the workflows; only the program's process is this one. */
describeOnServer('C.3, S3.1: steps of the workflows, from a pull request to its end', () => {
  let box: Box;
  let stacks: Stacks;
  let standIns: StandIns;
  let host: LanguageHost;
  let checkout: string;
  let path: string;

  const script = async (text: string, env: Record<string, string> = {}) =>
    await runScript(text, {
      cwd: checkout,
      env: {
        ...standIns.environment,
        PATH: path,
        ...engineEnvironment({ folder: stacks.folder, passphrase }),
        PULUMI_DEBUG_COMMANDS: 'true',
        ...env,
      },
    });
  const step = async (file: string, name: string, env: Record<string, string>) => {
    const { code, stdout, stderr } = await script(await scriptOf(file, name), env);
    expect(code, `${name}: ${stdout}${stderr}`).toBe(0);
    return stdout;
  };
  const version = async (url: string) => {
    const body = (await askSites(box, [url], silent)).get(url)?.body ?? '{}';
    return z.object({ version: z.string() }).parse(JSON.parse(body)).version;
  };
  const settle = async (stack: string, stage: Parameters<typeof sandboxSettings>[1]) => {
    await writeSettings(checkout, stack, sandboxSettings(box, stage, { projects }));
  };

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    standIns = await startStandIns(box, stacks.folder);
    host = await serveProgram(program);
    const cli = await findPulumi(silent);
    const bin = join(stacks.folder, 'bin');
    checkout = join(stacks.folder, 'checkout');
    for (const folder of [bin, checkout, join(stacks.folder, 'state')]) await mkdir(folder);
    const engine = (await runScript('command -v "$CLI"', { env: { CLI: cli } })).stdout.trim();
    const withHost = `#!/bin/sh
case $1 in
  up | preview) exec ${engine} "$@" --client=${host.address} ;;
  *) exec ${engine} "$@" ;;
esac
`;
    await writeFile(join(bin, 'pulumi'), withHost);
    await chmod(join(bin, 'pulumi'), 0o755);
    path = `${bin}:${process.env.PATH}`;
    for (const part of ['cli', 'policy', 'stacks', 'provider', 'package.json']) {
      await cp(join(root, part), join(checkout, part), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
    const project = { name: 'codeb-infra', runtime: 'nodejs', plugins: await pluginsFor(cli, stacks.folder) };
    await writeFile(join(checkout, 'Pulumi.yaml'), stringify(project));
    await settle('staging', { environment: 'staging' });
    await settle('preview', { environment: 'preview', pullRequest: 1 });
    for (const stack of ['staging', 'preview']) {
      expect(await script(`pulumi stack init ${stack}`)).toMatchObject({ code: 0 });
    }
  }, 300_000);
  afterAll(async () => {
    await script('pulumi destroy --yes --non-interactive --stack staging');
    host.end();
    await stacks.end();
    await standIns.end();
  });

  test('preview.yml saves a plan, and up.yml is held to it', { timeout: 180_000 }, async () => {
    const STACK = 'staging';
    await step('preview.yml', 'Preview', { STACK });
    expect(await step('up.yml', 'Up, as the pull request planned it', { STACK })).toContain('created');
    expect(await version('https://staging.celly-creative.codeb.one-q.xyz')).toBe('1.0.0');

    const images = JSON.stringify({ app: 'ghcr.io/celly/celly-creative:1.1.0' });
    await script(`node cli/set-images.ts --stack staging --project celly-creative --images '${images}'`);
    const { code, stdout } = await script(await scriptOf('up.yml', 'Up, as the pull request planned it'), { STACK });
    expect(stdout).toContain('violates plan');
    expect(code).not.toBe(0);
    expect(await version('https://staging.celly-creative.codeb.one-q.xyz')).toBe('1.0.0');

    expect(await step('up.yml', 'Up, held to a preview made right before', { STACK })).toContain('1 updated');
    expect(await version('https://staging.celly-creative.codeb.one-q.xyz')).toBe('1.1.0');
  });

  test('drift.yml sees what was changed by hand', { timeout: 60_000 }, async () => {
    const drift = 'node cli/drift.ts --stack staging --report drift-staging.txt';
    expect((await script(drift)).stdout).toBe('drift=no\n');
    await box.exec('echo "# by hand" >>/var/lib/codeb/projects/celly-creative-staging/config/app.env');
    expect((await script(drift)).stdout).toBe('drift=yes\n');
    expect((await script('cat drift-staging.txt')).stdout).toContain('config/app.env');
  });

  test('preview-environment.yml makes a stack of a pull request, and destroys it', { timeout: 180_000 }, async () => {
    const image = (number: string) => JSON.stringify({ app: `ghcr.io/celly/celly-creative:${number}` });
    const env = { STACK: preview, PROJECT: 'celly-creative', PULL_REQUEST: '21', IMAGES: image('1.1.0') };
    await step('preview-environment.yml', 'The stack and its settings', env);
    await step('preview-environment.yml', 'Up', env);
    expect(await version('https://pr-21.celly-creative.codeb.one-q.xyz')).toBe('1.1.0');
    // The next push.
    await step('preview-environment.yml', 'The stack and its settings', env);
    await step('preview-environment.yml', 'Up', { ...env, IMAGES: image('1.0.0') });
    expect(await version('https://pr-21.celly-creative.codeb.one-q.xyz')).toBe('1.0.0');

    await step('preview-environment.yml', 'The stack and its settings', env);
    await step('preview-environment.yml', 'Destroy', env);
    const left = await box.exec('ls /var/lib/codeb/projects /var/lib/codeb/state /etc/caddy/codeb');
    expect(left.stdout).not.toContain('pr-21');
    expect((await script('pulumi stack ls --json')).stdout).not.toContain(preview);
    const refused = await script(await scriptOf('preview-environment.yml', 'Destroy'), { ...env, STACK: 'staging' });
    expect(refused.code, refused.stdout).not.toBe(0);
    expect(await version('https://staging.celly-creative.codeb.one-q.xyz')).toBe('1.1.0');
  });
});
