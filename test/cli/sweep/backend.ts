/** A backend of Pulumi in a folder, as commands of this repository find it. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComponentResource } from '@pulumi/pulumi';
import { stringify } from 'yaml';
import { z } from 'zod';
import { silent } from '../../../sandbox/progress.ts';
import { findPulumi } from '../../../sandbox/pulumi-cli.ts';
import { mustRun } from '../../../sandbox/run.ts';
import { localBackend, openStack } from '../../../sandbox/stack.ts';

const passphrase = 'of the tests';
/** Source: pulumi/pulumi, sdk/go/common/apitype/core.go */
const state = z.object({ checkpoint: z.object({ latest: z.object({ manifest: z.object({ time: z.string() }) }) }) });

export interface Backend {
  readonly folder: string;
  /** Of the working folder of commands. */
  readonly work: string;
  /** Leads commands to it, and to the Pulumi CLI. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes empty stacks. */
  make(...names: string[]): Promise<void>;
  /** Makes a stack with a component in it. */
  fill(name: string): Promise<void>;
  /** The same stack as if it had been made then. */
  age(name: string, at: string): Promise<void>;
  /** As a run leaves it that was killed, or is under way. */
  lock(stack: string, lock: { pid: number; hostname: string; timestamp: string }): Promise<void>;
  end(): Promise<void>;
}

/** @param config what Pulumi.preview.yaml says */
export async function startBackend(config: Record<string, unknown> = {}): Promise<Backend> {
  const cli = await findPulumi(silent);
  const folder = await mkdtemp(join(tmpdir(), 'codeb-backend-'));
  const work = join(folder, 'work');
  await mkdir(join(folder, 'state'));
  await mkdir(work);
  await writeFile(join(work, 'Pulumi.yaml'), stringify({ name: 'codeb-infra', runtime: 'nodejs' }));
  await writeFile(join(work, 'Pulumi.preview.yaml'), stringify({ config }));
  const environment = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    PULUMI_BACKEND_URL: localBackend(join(folder, 'state')),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_HOME: join(folder, 'pulumi'),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    // In a job of GitHub's no process is looked for.
    GITHUB_ACTIONS: '',
  };
  await mkdir(join(folder, 'bin'));
  const path = (await mustRun('sh', ['-c', 'command -v "$1"', 'sh', cli])).trim();
  await symlink(path, join(folder, 'bin', 'pulumi'));
  return {
    folder,
    work,
    environment,

    async make(...names) {
      for (const name of names) await mustRun('pulumi', ['stack', 'init', name], { cwd: work, env: environment });
    },

    async fill(name) {
      const program = async () => {
        new ComponentResource('test:index:Part', 'part');
        return {};
      };
      await (await openStack({ cli, folder, name, passphrase, program })).up({ color: 'never' });
    },

    async age(name, at) {
      const file = join(folder, 'state', '.pulumi', 'stacks', 'codeb-infra', `${name}.json`);
      const text = await readFile(file, 'utf8');
      const { checkpoint } = state.parse(JSON.parse(text));
      const { time } = checkpoint.latest.manifest;
      await writeFile(file, text.replaceAll(time, at));
    },

    async lock(stack, lock) {
      const locks = join(folder, 'state', '.pulumi', 'locks', 'organization', 'codeb-infra', stack);
      await mkdir(locks, { recursive: true });
      await writeFile(join(locks, `${lock.pid}.json`), JSON.stringify({ username: 'root', ...lock }));
    },

    end: () => rm(folder, { recursive: true, force: true }),
  };
}
