/** Steps of preview-environment.yml with the real CLI of Pulumi: before a preview is made, what is in it is settled. */
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDryRun } from '@pulumi/pulumi/runtime/settings.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type LanguageHost, serveProgram } from '../../sandbox/language-host.ts';
import { runScript, scriptOf } from '../workflow-script.ts';
import { type Backend, startBackend } from './sweep/backend.ts';

const root = resolve(import.meta.dirname, '..', '..');
const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });
const image = (letter: string) => `ghcr.io/share-paint/app@sha256:${letter.repeat(64)}`;
const stack = 'paintshare-pr-7';

let backend: Backend;
let host: LanguageHost;
let made = 0;

const script = (text: string, env: Record<string, string> = {}) =>
  runScript(text, { cwd: backend.work, env: { ...backend.environment, ...env } });
const ask = async (images: Record<string, string>, options = '') => {
  // A checkout has the files of these stacks alone.
  await rm(join(backend.work, `Pulumi.${stack}.yaml`), { force: true });
  const env = { STACK: stack, PROJECT: 'paintshare', PULL_REQUEST: '7', IMAGES: JSON.stringify(images) };
  const settings = await script(await scriptOf('preview-environment.yml', 'The stack and its settings'), env);
  expect(settings).toMatchObject({ code: 0 });
  return script(await scriptOf('preview-environment.yml', 'Up'), { ...env, OPTIONS: options });
};
const setSecret = async (key: string, value: string) =>
  expect(await script(`pulumi config set --stack preview --secret ${key} '${value}'`)).toMatchObject({ code: 0 });
const projects = async (): Promise<unknown> => {
  const { config } = stackFile.parse(parse(await readFile(join(backend.work, `Pulumi.${stack}.yaml`), 'utf8')));
  return config['codeb:projects'];
};

beforeAll(async () => {
  backend = await startBackend(
    stackFile.parse(parse(await readFile(join(root, 'Pulumi.preview.yaml'), 'utf8'))).config,
  );
  for (const part of ['cli', 'package.json']) await symlink(join(root, part), join(backend.work, part));
  host = await serveProgram(async () => {
    if (!isDryRun()) made += 1;
  });
  // The program is this one, and no policy is asked.
  const bin = join(backend.folder, 'bin');
  await rename(join(bin, 'pulumi'), join(bin, 'engine'));
  const update = 'up --yes --non-interactive --stack "$STACK" $OPTIONS';
  const own = `#!/bin/sh
case $1 in
  up) exec engine ${update} --client=${host.address} ;;
  *) exec engine "$@" ;;
esac
`;
  await writeFile(join(bin, 'pulumi'), own, { mode: 0o755 });
  await backend.make('preview');
  await setSecret('codeb:fingerprintKey', 'of these tests, and long enough for one');
}, 600_000);
afterAll(async () => {
  host.end();
  await backend.end();
});

describe('S3.1, S3.3: preview-environment.yml', { timeout: 120_000 }, () => {
  test('makes nothing where a secret is missing', async () => {
    const { code, stdout } = await ask({ web: image('a') });
    expect(stdout).toContain('codeb.variables.paintshare.BATTLE_PASSWORD_PEPPER: is missing');
    expect(code).toBe(1);
    expect(made).toBe(0);
  });

  test('keeps the images that were asked for before, and of one service takes the later', async () => {
    await setSecret('--path codeb:variables.paintshare.BATTLE_PASSWORD_PEPPER', 'of these tests alone');
    expect(await ask({ web: image('a') })).toMatchObject({ code: 0 });
    expect(await projects()).toEqual({ paintshare: { images: { web: image('a') } } });
    expect(await ask({ socket: image('b') })).toMatchObject({ code: 0 });
    expect(await ask({ web: image('c') })).toMatchObject({ code: 0 });
    expect(await projects()).toEqual({ paintshare: { images: { web: image('c'), socket: image('b') } } });
    expect(made).toBe(3);
  });

  test('keeps what a run asked for that failed before it made anything', async () => {
    const entries = async () => (await script(`pulumi stack history --json --stack ${stack}`)).stdout;
    const before = await entries();
    // As a policy does, for instance.
    const refused = await ask({ socket: image('d') }, '--target urn:pulumi:a::b::c:index:D::none');
    expect(refused.code, refused.stdout).not.toBe(0);
    expect(await entries()).toBe(before);
    expect(await ask({ web: image('e') })).toMatchObject({ code: 0 });
    expect(await projects()).toEqual({ paintshare: { images: { web: image('e'), socket: image('d') } } });
  });

  test('drops, and names, a service that the project has no more', async () => {
    const tag = 'pulumi stack tag set image:old "$IMAGE" --stack "$STACK"';
    expect(await script(tag, { IMAGE: image('a'), STACK: stack })).toMatchObject({ code: 0 });
    const { code, stderr } = await ask({ web: image('f') });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("project 'paintshare' has no service 'old' any more: its image is dropped"),
    ]);
    expect(JSON.stringify(await projects())).not.toContain('old');
    expect((await ask({})).stderr).not.toContain('dropped');
  });
});
