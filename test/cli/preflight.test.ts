/** S3.3: the command `preflight` with the real CLI of Pulumi, run as a user runs it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as pulumi from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { openStack } from '../../sandbox/stack.ts';
import { configure } from '../../sandbox/stack-config.ts';
import { fingerprint } from '../../stacks/fingerprints.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { hosting } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';

const script = resolve(import.meta.dirname, '../../cli/preflight.ts');
const key = 'of these tests, and long enough for one';
const settings = { ...hosting('production'), projects: { paintshare: {} } };
const values = madeUpSecrets(planned({ settings, projects: hostedProjects }), 'of these tests').paintshare ?? {};

describe('S3.3: preflight', { timeout: 120_000 }, () => {
  let folder: string;
  let cli: string;
  let production: Stack;

  const preflight = async (first = join(folder, 'cli', 'bin')) => {
    const env = {
      ...process.env,
      ...production.workspace.envVars,
      PATH: [first, dirname(cli), process.env.PATH].join(delimiter),
    };
    const options = { env, cwd: production.workspace.workDir };
    return promisify(execFile)(process.execPath, [script, '--stack', 'production'], options).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        text: error.stdout + error.stderr,
      }),
    );
  };
  const secretsOf = (all: Record<string, string>) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [`codeb:variables.paintshare.${name}`, value]));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeb-preflight-'));
    cli = await findPulumi(silent);
    const common = { cli, folder, passphrase: 'of these tests' };
    const delivered = fingerprint(values.SLACK_WEBHOOK_URL ?? '', key);
    const reused = fingerprint(values.SENTRY_DSN ?? '', key);
    // Whoever deploys one stack needs no passphrase of another.
    const staging = await openStack({
      ...common,
      passphrase: 'of staging alone',
      name: 'staging',
      program: async () => ({
        fingerprints: { shop: { TOKEN: { fingerprint: reused } } },
        siteTokens: pulumi.secret({ shop: 'a token' }),
      }),
    });
    await staging.up();
    const chat = await openStack({
      ...common,
      name: 'paintshare-chat-abc123',
      program: async () => ({
        fingerprints: { paintshare: { SLACK_WEBHOOK_URL: { fingerprint: delivered } } },
        registry: { projects: { paintshare: { environments: { production: {} } } } },
      }),
    });
    await chat.up();
    production = await openStack({ ...common, name: 'production', program: async () => ({}) });
    const plain = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        `codeb:${name}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    await configure(production, { plain, secrets: {} });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('names everything that is missing, all at once', async () => {
    const { code, text } = await preflight();
    expect(code).toBe(1);
    for (const name of Object.keys(values)) expect(text).toContain(`codeb.variables.paintshare.${name}: is missing`);
  });

  test('names what is missing, misplaced, too old, of unknown age or in another stack as well at once, and no value', async () => {
    const { SENTRY_DSN = '', SLACK_WEBHOOK_URL = '', ...others } = values;
    const aged = {
      'codeb:variables.paintshare.SENTRY_DSN.value': SENTRY_DSN,
      'codeb:variables.paintshare.SENTRY_DSN.since': '2020-01-01',
    };
    const misplaced = { NEXT_PUBLIC_SENTRY_DSN: SLACK_WEBHOOK_URL };
    await configure(production, {
      plain: {},
      secrets: { 'codeb:fingerprintKey': key, ...secretsOf({ ...others, ...misplaced }), ...aged },
    });
    const { code, text } = await preflight();
    expect(code).toBe(1);
    expect(text).toContain('codeb.variables.paintshare.SLACK_WEBHOOK_URL: is missing');
    expect(text).toContain(
      'codeb.variables.paintshare.NEXT_PUBLIC_SENTRY_DSN: is not declared by the project as a secret of this environment',
    );
    expect(text).toMatch(/paintshare\.SENTRY_DSN\s.*2020-01-01/);
    expect(text).toMatch(/codeb\.variables\.paintshare\.SENTRY_DSN: is \d+ days old; it is to be changed after 90/);
    expect(text).toContain(
      "codeb.variables.paintshare.SENTRY_DSN: has the same value as shop.TOKEN of stack 'staging': each has its own",
    );
    expect(text).toContain('codeb.variables.paintshare.BATTLE_PASSWORD_PEPPER: nobody knows its age');
    for (const value of [...Object.values(values), key]) expect(text).not.toContain(value);
  });

  test('takes what a stack of a chat delivers as well for one place', async () => {
    await configure(production, {
      plain: {},
      secrets: {
        'codeb:fingerprintKey': key,
        ...secretsOf({ SLACK_WEBHOOK_URL: values.SLACK_WEBHOOK_URL ?? '' }),
        'codeb:variables.paintshare.SENTRY_DSN.value': values.SLACK_WEBHOOK_URL ?? '',
      },
    });
    const { text } = await preflight();
    expect(text).not.toMatch(/paintshare\.SLACK_WEBHOOK_URL: .* of stack/);
    expect(text).toContain(
      "paintshare.SENTRY_DSN: has the same value as paintshare.SLACK_WEBHOOK_URL of stack 'paintshare-chat-abc123'",
    );
  });

  test('says with which stacks it could not compare, and is silent of one with nothing in it', async () => {
    const common = { cli, folder, passphrase: 'of these tests' };
    const failed = await openStack({
      ...common,
      name: 'paintshare-pr-8',
      program: async () => {
        throw new Error('refused');
      },
    });
    await expect(failed.up({ color: 'never' })).rejects.toThrow('refused');
    await openStack({ ...common, name: 'paintshare-pr-7', program: async () => ({}) });
    const { text } = await preflight();
    expect(text).toContain("Not compared with stack 'paintshare-pr-8', which exports no fingerprints");
    expect(text).not.toContain("'paintshare-pr-7'");
    expect(text).not.toContain("Not compared with stack 'staging'");
  });

  test('passes over a stack that is removed while it looks', async () => {
    await openStack({ cli, folder, passphrase: 'of these tests', name: 'paintshare-pr-9', program: async () => ({}) });
    const engine = (await promisify(execFile)('sh', ['-c', 'command -v "$1"', 'sh', cli])).stdout.trim();
    await mkdir(join(folder, 'removing'));
    const removing = `#!/bin/sh
"${engine}" "$@" || exit
case "$1 $2" in "stack ls") "${engine}" stack rm --yes paintshare-pr-9 >&2 ;; esac
`;
    await writeFile(join(folder, 'removing', 'pulumi'), removing, { mode: 0o755 });
    const { text } = await preflight(join(folder, 'removing'));
    expect(text).toContain('to put right:');
    expect(text).toContain("of stack 'paintshare-chat-abc123'");
  });
});
