import { randomBytes } from 'node:crypto';
import type { CheckResult, CreateResult, DiffResult, Provider, UpdateResult } from '@pulumi/pulumi/provider/index.js';
import { blot } from '../../provider/blot.ts';
import { checked } from '../../provider/check.ts';
import { changedKeys } from '../../provider/diff.ts';
import type { EngineLog } from '../../provider/engine-log.ts';
import { type Properties, plainProperties, secret } from '../../provider/property-values.ts';
import { execute, type Output } from './execute.ts';
import { type RemoteCommand, remoteCommand } from './schema.ts';

const type = 'command:remote:Command';
const outputs = ['stdout', 'stderr'];

/** `urn:pulumi:{stack}::{project}::{parent types$type}::{name}` */
function requireKnownType(urn: string): void {
  const found = urn.split('::')[2]?.split('$').at(-1);
  if (found === type) return;
  throw new Error(`the stand-in of the command provider has ${type} alone; ${found} needs the official plugin`);
}

/** Secrets keep their marks on the way through; a preview runs nothing. */
export class RemoteCommandProvider implements Provider {
  readonly version = '1.2.1';
  readonly #show: EngineLog;

  constructor(show: EngineLog) {
    this.#show = show;
  }

  async check(urn: string, _olds: Properties, news: Properties): Promise<CheckResult> {
    requireKnownType(urn);
    const { inputs, failures } = checked(remoteCommand, news);
    // Beside a property that it is told, the engine shows the value, also one that is a secret.
    return {
      inputs,
      failures: failures.map(({ property, reason }) => ({ property: '', reason: `${property}: ${reason}` })),
    };
  }

  async diff(_id: string, _urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const changed = changedKeys(olds, news).filter((key) => !outputs.includes(key));
    return { changes: changed.length > 0, replaces: changed.filter((key) => key === 'triggers') };
  }

  async create(urn: string, inputs: Properties): Promise<CreateResult> {
    const command = this.#parse(inputs);
    const id = `${urn.split('::').at(-1)}${randomBytes(4).toString('hex')}`;
    return { id, outs: { ...inputs, ...(await this.#run(urn, inputs, command.create)) } };
  }

  async update(_id: string, urn: string, olds: Properties, news: Properties): Promise<UpdateResult> {
    const command = this.#parse(news);
    const before = Object.fromEntries(outputs.map((name) => [name, olds[name] ?? '']));
    const run = command.update ?? command.create;
    return { outs: { ...news, ...(run === undefined ? before : await this.#run(urn, news, run)) } };
  }

  async delete(_id: string, urn: string, state: Properties): Promise<void> {
    const { stdout, stderr, ...inputs } = state;
    await this.#run(urn, inputs, this.#parse(inputs).delete);
  }

  #parse(inputs: Properties): RemoteCommand {
    return remoteCommand.parse(plainProperties(inputs));
  }

  /** What a command writes may tell anything that it was given, so it is as secret as that. */
  async #run(urn: string, inputs: Properties, command: string | undefined): Promise<Properties> {
    const mark = (text: string) => secret(text);
    if (command === undefined) return { stdout: mark(''), stderr: mark('') };
    try {
      const { stdout, stderr }: Output = await execute(this.#parse(inputs), command, (line) => this.#show(line, urn));
      return { stdout: mark(stdout), stderr: mark(stderr) };
    } catch (error) {
      throw new Error(blot(error instanceof Error ? error.message : String(error), secretsOf(this.#parse(inputs))));
    }
  }
}

/** The connection is a secret as a whole, but an error has to name the server. */
function secretsOf({ stdin, connection: { proxy, ...server } }: RemoteCommand): string[] {
  const keys = [server, proxy].flatMap((end) => [end?.privateKey, end?.privateKeyPassword, end?.password]);
  return [stdin, ...keys].filter((text) => text !== undefined);
}
