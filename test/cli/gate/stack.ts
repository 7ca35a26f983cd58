/** The stack production on a real backend of Pulumi, with the secrets that it needs, and the gate asked of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { silent } from '../../../sandbox/progress.ts';
import { findPulumi } from '../../../sandbox/pulumi-cli.ts';
import { type Result, run } from '../../../sandbox/run.ts';
import { madeUpSecrets } from '../../../sandbox/secrets.ts';
import { openStack, type StackOptions } from '../../../sandbox/stack.ts';
import { configure } from '../../../sandbox/stack-config.ts';
import { hostedProjects } from '../../../stacks/projects.ts';
import { hosting } from '../../stacks/inputs.ts';
import { planned } from '../../stacks/planned.ts';

const command = resolve(import.meta.dirname, '..', '..', '..', 'cli', 'gate.ts');
const passphrase = 'of these tests';
const key = 'of these tests, and long enough for one';

type Values = Record<string, Record<string, string>>;

export interface GatedStack {
  /** Every secret that it needs, by project. */
  readonly values: Values;
  /** In use since today; instead of those before. */
  give(values: Values): Promise<void>;
  gate(args: readonly string[], env?: Record<string, string>): Promise<Result>;
  /** Updates it to what a program makes. */
  deploy(program: StackOptions['program']): Promise<void>;
  /** The file with the plan of an update to what a program makes. */
  planOf(program: StackOptions['program']): Promise<string>;
  end(): Promise<void>;
}

export async function startStack(environment: 'production' | 'staging' = 'production'): Promise<GatedStack> {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-gate-'));
  const cli = await findPulumi(silent);
  const at = (program: StackOptions['program']) => openStack({ cli, folder, passphrase, name: environment, program });
  const stack = await at(async () => ({}));
  const settings = hosting(environment);
  const plain = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `codeb:${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  await configure(stack, { plain, secrets: { 'codeb:fingerprintKey': key } });
  return {
    values: madeUpSecrets(planned({ settings, projects: hostedProjects }), passphrase),

    async give(values) {
      const since = new Date().toISOString().slice(0, 10);
      const dated = Object.entries(values).map(([project, all]) => [
        project,
        Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value, since }])),
      ]);
      await configure(stack, { plain: {}, secrets: { 'codeb:variables': JSON.stringify(Object.fromEntries(dated)) } });
    },

    gate: (args, env = {}) =>
      run(process.execPath, [command, '--stack', environment, ...args], {
        cwd: stack.workspace.workDir,
        env: {
          ...stack.workspace.envVars,
          PULUMI_HOME: join(folder, 'pulumi'),
          PATH: [join(folder, 'cli', 'bin'), dirname(cli), process.env.PATH].join(delimiter),
          ...env,
        },
      }),

    async deploy(program) {
      await (await at(program)).up();
    },

    async planOf(program) {
      const file = join(await mkdtemp(join(folder, 'plan-')), 'plan.json');
      await (await at(program)).preview({ plan: file });
      return file;
    },

    end: () => rm(folder, { recursive: true, force: true }),
  };
}
