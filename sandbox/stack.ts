/** A stack of this program on the local file backend, run through Pulumi's Automation API. */
import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { LocalWorkspace, PulumiCommand, type Stack } from '@pulumi/pulumi/automation/index.js';
import { stringify } from 'yaml';
import { z } from 'zod';
import { sdkVersion } from './contract/version.ts';
import { freeDeadLocks } from './dead-locks.ts';
import { withOwnHost } from './own-host.ts';
import { policyAnalyzer } from './policy-analyzer/plugin.ts';
import { isOnPath, mustRun, run } from './run.ts';

export interface StackOptions {
  /** Path or name of the Pulumi CLI. */
  readonly cli: string;
  /** Folder of the state, kept from run to run. */
  readonly folder: string;
  readonly project?: string;
  readonly name: string;
  /** What encrypts the secrets in the state. */
  readonly passphrase: string;
  readonly program: () => Promise<Record<string, unknown> | undefined>;
  /** Of the engine and its providers, beside this process's own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

const root = resolve(import.meta.dirname, '..');

/**
 * Where the engine keeps its state in a folder, in files that change as a whole. A file of attributes beside each one
 * would not: a run that is killed while it writes that leaves it empty, and the engine then refuses all (`error: EOF`).
 * Source: https://pkg.go.dev/gocloud.dev/blob/fileblob#URLOpener, `metadata`.
 */
export function localBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** Opens the stack, or makes it; a lock that a killed run has left does not stand in the way. */
export async function openStack({
  cli,
  folder,
  project = 'codeb-infra',
  name,
  passphrase,
  program,
  environment,
}: StackOptions): Promise<Stack> {
  const backend = await ensure(join(folder, 'state'));
  await freeDeadLocks(backend, project, name);
  const workDir = await ensure(join(folder, name));
  const settings = { name: project, runtime: 'nodejs', plugins: await pluginsFor(cli, folder) };
  await writeFile(join(workDir, 'Pulumi.yaml'), stringify(settings));
  const stackOptions = { projectName: project, stackName: name, program };
  return await LocalWorkspace.createOrSelectStack(stackOptions, {
    workDir,
    pulumiHome: homeIn(folder),
    pulumiCommand: withOwnHost(
      await PulumiCommand.get({ root: await rootOf(cli, folder), skipVersionCheck: true }),
      program,
    ),
    envVars: { ...environment, ...engineEnvironment({ folder, passphrase }) },
  });
}

/** The engine's own folder, in that of the stacks. */
const homeIn = (folder: string): string => join(folder, 'pulumi');

/** What Pulumi's CLI has to know to work on the stacks of a folder. */
export function engineEnvironment({ folder, passphrase }: Pick<StackOptions, 'folder' | 'passphrase'>) {
  return {
    PULUMI_HOME: homeIn(folder),
    PULUMI_BACKEND_URL: localBackend(join(folder, 'state')),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  };
}

/** `plugins` of a project file: what the engine has to start from here, for the stacks of a folder. */
export async function pluginsFor(cli: string, folder: string) {
  await shareInstalled(homeIn(folder));
  return { providers: await providers(cli, homeIn(folder)), analyzers: [policyAnalyzer] };
}

/** Official providers that have a stand-in here. */
const standIns = ['command', 'cloudflare', 'github', 'docker'];

const installed = z.array(z.object({ name: z.string(), version: z.string().default('') }));

/** The provider of this repository and, where an official one of the SDK's version is not installed, its stand-in. */
async function providers(cli: string, home: string): Promise<{ name: string; path: string }[]> {
  const listed = await mustRun(cli, ['plugin', 'ls', '--json'], { env: { PULUMI_HOME: home } });
  const there = installed.parse(JSON.parse(listed));
  const needed = standIns.filter(
    (provider) => !there.some(({ name, version }) => name === provider && version === sdkVersion(provider)),
  );
  const own = { name: 'codeb', path: join(root, 'provider', 'bin') };
  return [own, ...needed.map((name) => ({ name, path: join(root, 'sandbox', `${name}-provider`, 'bin') }))];
}

/** The engine of a folder has a home of its own, and finds the plugins that its user has installed there. */
async function shareInstalled(home: string): Promise<void> {
  const plugins = join(process.env.PULUMI_HOME ?? join(homedir(), '.pulumi'), 'plugins');
  if (existsSync(plugins)) await link(plugins, join(await ensure(home), 'plugins'));
}

async function ensure(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}

/** The Automation API looks for `bin/pulumi` below a folder. */
async function rootOf(cli: string, folder: string): Promise<string> {
  const path =
    (await isOnPath(cli)) && !cli.includes('/')
      ? (await run('sh', ['-c', 'command -v "$1"', 'sh', cli])).stdout.trim()
      : cli;
  await link(path, join(await ensure(join(folder, 'cli', 'bin')), 'pulumi'));
  return join(folder, 'cli');
}

/** One that is there already stays. */
async function link(target: string, path: string): Promise<void> {
  await symlink(target, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
