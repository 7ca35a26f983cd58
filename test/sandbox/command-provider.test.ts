import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Properties, plainProperties, secret } from '../../provider/property-values.ts';
import { RemoteCommandProvider } from '../../sandbox/command-provider/provider.ts';
import { remoteCommand } from '../../sandbox/command-provider/schema.ts';
import { type Behaviour, type SshServer, startSshServer } from './ssh-server.ts';

const urn = 'urn:pulumi:dev::codeb-infra::codeb:index:Server$command:remote:Command::box-prepared';

let behaviour: Behaviour;
let server: SshServer;
let shown: string[];
let provider: RemoteCommandProvider;

beforeEach(async () => {
  behaviour = () => ({});
  server = await startSshServer((run) => behaviour(run));
  shown = [];
  provider = new RemoteCommandProvider((line) => shown.push(line));
});
afterEach(() => server.close());

const connection = (instead: Properties = {}): Properties => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'root',
  privateKey: server.privateKey,
  hostKey: server.hostKey,
  dialErrorLimit: 0,
  perDialTimeout: 15,
  ...instead,
});

const inputs = (more: Properties = {}, instead: Properties = {}): Properties => ({
  connection: secret(connection(instead)),
  ...more,
});

describe('create, update and delete', () => {
  test('run their command with the standard input; the output is a secret without its last newline', async () => {
    behaviour = ({ stdin }) => ({ stdout: `got ${stdin.length}\n`, stderr: 'well\n' });
    const given = inputs({ create: 'make', stdin: secret('12345') });
    const { id, outs } = await provider.create(urn, given);
    expect(id).toMatch(/^box-prepared[0-9a-f]{8}$/);
    expect(outs).toEqual({ ...given, stdout: secret('got 5'), stderr: secret('well') });
    expect(server.runs).toEqual([{ command: 'make', stdin: '12345' }]);
    expect(shown.sort()).toEqual(['got 5', 'well']);
  });

  test('`update` runs on a change, `create` where there is none, and `delete` in the end', async () => {
    const first = await provider.create(urn, inputs({ create: 'make' }));
    await provider.update('id', urn, first.outs, inputs({ create: 'make', stdin: 'x' }));
    const last = await provider.update('id', urn, first.outs, inputs({ update: 'change', delete: 'drop' }));
    await provider.delete('id', urn, last.outs);
    expect(server.runs.map(({ command }) => command)).toEqual(['make', 'make', 'change', 'drop']);
  });

  test('without a command nothing runs, and an update keeps the output', async () => {
    const { outs } = await provider.create(urn, inputs());
    expect(plainProperties(outs)).toMatchObject({ stdout: '', stderr: '' });
    const before = { ...inputs(), stdout: secret('kept'), stderr: secret('') };
    expect((await provider.update('id', urn, before, inputs())).outs).toMatchObject({ stdout: secret('kept') });
    expect(server.runs).toEqual([]);
  });

  test('`logging` chooses what is shown', async () => {
    behaviour = () => ({ stdout: 'out', stderr: 'err' });
    await provider.create(urn, inputs({ create: 'make', logging: 'none' }));
    expect(shown).toEqual([]);
    await provider.create(urn, inputs({ create: 'make', logging: 'stderr' }));
    expect(shown).toEqual(['err']);
  });
});

describe('errors', () => {
  test('name the server, the exit code and the last lines, and no secret', async () => {
    behaviour = () => ({ stdout: 'step one\n', stderr: 'password hunter2hunter2 refused\n', code: 3 });
    const failing = provider.create(urn, inputs({ create: 'make', stdin: secret('hunter2hunter2') }));
    await expect(failing).rejects.toThrow(
      new RegExp(
        `^root@127.0.0.1:${server.port}: exit code 3: running "make":\\n(.*\\n)*password \\[secret\\] refused`,
      ),
    );
  });

  test('a connection that is cut off is no success', async () => {
    behaviour = () => 'cut off';
    await expect(provider.create(urn, inputs({ create: 'make' }))).rejects.toThrow('the connection was cut off');
  });

  test('another host key is refused before anything is sent', async () => {
    const other = inputs(
      { create: 'make' },
      { hostKey: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==', dialErrorLimit: 10 },
    );
    await expect(provider.create(urn, other)).rejects.toThrow(
      /another host key than the pinned one: expected ssh-rsa AAAA/,
    );
    expect(server.runs).toEqual([]);
  });

  test('a refused login is final, however often one may dial', async () => {
    const other = inputs({ create: 'make' }, { user: 'stranger', dialErrorLimit: -1 });
    await expect(provider.create(urn, other)).rejects.toThrow(/^stranger@127.0.0.1:\d+: All configured authentication/);
  });

  test('a server that cannot be reached is tried again as often as it says', async () => {
    await server.close();
    const failing = provider.create(urn, inputs({ create: 'make' }, { dialErrorLimit: 2 }));
    await expect(failing).rejects.toThrow('ECONNREFUSED');
    server = await startSshServer(() => ({}));
  });
});

describe('diff and check', () => {
  test('a changed trigger replaces, anything else updates, the outputs do not count', async () => {
    const before = { ...inputs({ create: 'a', triggers: [1] }), stdout: secret('x'), stderr: secret('') };
    const diff = (news: Properties) => provider.diff('id', urn, before, news);
    expect(await diff(inputs({ create: 'a', triggers: [1] }))).toEqual({ changes: false, replaces: [] });
    expect(await diff(inputs({ create: 'b', triggers: [1] }))).toEqual({ changes: true, replaces: [] });
    expect(await diff(inputs({ create: 'a', triggers: [2] }))).toEqual({ changes: true, replaces: ['triggers'] });
  });

  test('every mistake is told at once, defaults are filled in and secrets stay secret', async () => {
    const refused = await provider.check(
      urn,
      {},
      { connection: secret({ port: '22' }), creat: 'x', environment: { A: 'b' } },
    );
    expect(refused.failures?.map(({ reason }) => reason.split(':')[0]).sort()).toEqual([
      '',
      'connection.host',
      'connection.port',
      'environment',
    ]);
    const { inputs: kept } = await provider.check(urn, {}, { connection: secret({ host: 'a' }) });
    expect(kept).toEqual({
      connection: secret({ host: 'a', port: 22, user: 'root', dialErrorLimit: 10, perDialTimeout: 15 }),
    });
  });

  test('another resource of the provider is refused by name', async () => {
    await expect(provider.check('urn:pulumi:dev::p::command:local:Command::x', {}, {})).rejects.toThrow(
      'command:local:Command needs the official plugin',
    );
  });
});

const contract = new URL('../../sandbox/contracts/command.json', import.meta.url);

test("C.1: the shapes are those of the official provider's schema", () => {
  const names = z.record(z.string(), z.unknown());
  const schema = z
    .object({
      resources: z.record(z.string(), z.object({ inputs: names })),
      types: z.record(z.string(), z.object({ properties: names.optional(), enum: z.array(z.string()).optional() })),
    })
    .parse(JSON.parse(readFileSync(contract, 'utf8')));
  const { connection: endpoint, logging } = remoteCommand.shape;
  const proxy = endpoint.shape.proxy.unwrap();
  const sorted = (record: object | undefined) => Object.keys(record ?? {}).sort();
  expect(sorted(remoteCommand.shape)).toEqual(sorted(schema.resources['command:remote:Command']?.inputs));
  expect(sorted(endpoint.shape)).toEqual(sorted(schema.types['command:remote:Connection']?.properties));
  expect(sorted(proxy.shape)).toEqual(sorted(schema.types['command:remote:ProxyConnection']?.properties));
  expect(logging.unwrap().options).toEqual(schema.types['command:remote:Logging']?.enum);
});
