/**
 * `npm run bench:preview`: how long a preview of the production stack with all five systems takes, beside those of bare
 * Pulumi programs that register as many plain resources, all deployed and with nothing to change, in one run. One of them
 * has a single provider; the other has all that the stack has, whose starts the engine waits for one after the other.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { specialSecretSig, specialSigKey } from '@pulumi/pulumi/runtime/rpc.js';
import { z } from 'zod';
import program from '../index.ts';
import { bootBox } from '../sandbox/box.ts';
import { provideNeeds } from '../sandbox/needs.ts';
import { terminalProgress } from '../sandbox/progress.ts';
import { findPulumi } from '../sandbox/pulumi-cli.ts';
import { passphraseOf, sandboxConfig } from '../sandbox/settings.ts';
import { startAgent } from '../sandbox/ssh-agent.ts';
import { openStack } from '../sandbox/stack.ts';
import { configure } from '../sandbox/stack-config.ts';
import { startStandIns } from '../sandbox/stand-ins.ts';
import { median } from './results.ts';

const rounds = 7;
const goal = 1.5;

const State = z.object({
  resources: z.array(
    z.object({
      type: z.string(),
      inputs: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

async function seconds(stack: Stack): Promise<number> {
  const began = performance.now();
  await stack.preview({ parallel: 32 });
  return (performance.now() - began) / 1000;
}

/** A secret as the export of a stack tells it: its JSON, under a signature. */
const Secret = z.object({ [specialSigKey]: z.literal(specialSecretSig), plaintext: z.string() });

function asInput(exported: unknown): pulumi.Input<unknown> {
  const found = Secret.safeParse(exported);
  return found.success ? pulumi.secret(JSON.parse(found.data.plaintext)) : exported;
}

class PlainProvider extends pulumi.ProviderResource {}

interface Bare {
  count: number;
  connection: command.types.input.remote.ConnectionArgs;
  /** Type and inputs of each provider beside that of the commands. */
  providers: readonly { type: string; inputs: Record<string, unknown> }[];
}

/** Resources of the plainest kind that there is here: a command each, which a preview does not run. */
function bareProgram({ count, connection, providers }: Bare) {
  return async () => {
    for (const [index, { type, inputs }] of providers.entries()) {
      const args = Object.entries(inputs).map(([key, value]) => [key, asInput(value)]);
      new PlainProvider(type, `provider-${index}`, Object.fromEntries(args));
    }
    for (let index = 0; index < count; index++) {
      new command.remote.Command(`plain-${index}`, { connection: pulumi.secret(connection), create: 'true' });
    }
    return {};
  };
}

const progress = terminalProgress();
const needs = await provideNeeds(progress);
if (needs.kind === 'unable') throw new Error(`the benchmark cannot run here: ${needs.reasons.join('; ')}`);
const cli = await findPulumi(progress);
const box = await bootBox({ name: 'bench-preview', base: { kind: 'prepared' } }, progress);
const folder = await mkdtemp(join(tmpdir(), 'codeb-bench-'));
const endAgent = await startAgent(box);
const standIns = await startStandIns(box, join(folder, 'stand-ins'));
try {
  const common = { cli, folder, passphrase: passphraseOf(box), environment: standIns.environment };
  const ours = await openStack({ ...common, name: 'production', program });
  await configure(ours, sandboxConfig(box, { environment: 'production' }));
  await progress.step('deploy all five systems', () => ours.up({ parallel: 32 }));
  const { changeSummary } = await ours.preview({ parallel: 32 });
  // The stack is counted as well, and a bare program has one too.
  const count = (changeSummary.same ?? 0) - 1;
  const { resources } = State.parse((await ours.exportStack()).deployment);
  const { host, sshPort: port, user, hostKey, privateKey } = box;
  const connection = { host, port, user, hostKey, privateKey };
  const prefix = 'pulumi:providers:';
  const instances = resources.flatMap(({ type, inputs }) =>
    type.startsWith(prefix) ? [{ type: type.slice(prefix.length), inputs }] : [],
  );
  const beside = instances.filter(({ type }) => type !== 'command');
  const stacks = { ours, one: ours, same: ours };
  for (const [name, providers] of [
    ['one', []],
    ['same', beside],
  ] as const) {
    const program = bareProgram({ count, connection, providers });
    stacks[name] = await openStack({ ...common, name, program });
    await progress.step(`deploy ${count} plain resources, ${name}`, () => stacks[name].up({ parallel: 16 }));
  }
  const times: Record<keyof typeof stacks, number[]> = { ours: [], one: [], same: [] };
  for (let round = 1; round <= rounds; round++) {
    await progress.step(`round ${round} of ${rounds}`, async () => {
      for (const name of ['ours', 'one', 'same'] as const) times[name].push(await seconds(stacks[name]));
    });
  }
  const own = median(times.ours);
  const against = (name: 'one' | 'same') => {
    const plain = median(times[name]);
    return `${plain.toFixed(2)} s, ${(own / plain).toFixed(2)} times`;
  };
  process.stdout.write(
    [
      `preview of production, ${count} resources, ${instances.length} provider instances: ${own.toFixed(2)} s (medians of ${rounds})`,
      `as many plain resources, the same provider instances: ${against('same')} (aim: at most ${goal})`,
      `as many plain resources, one provider instance: ${against('one')}\n`,
    ].join('\n'),
  );
} finally {
  await standIns.end();
  await endAgent();
  await rm(folder, { recursive: true, force: true });
  await box.down();
}
