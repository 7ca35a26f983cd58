import { expect, test } from 'vitest';
import type { Payload } from '../../provider/agent.ts';
import { rfc2136 } from '../../provider/dns/rfc2136.ts';
import { LostConnection, OperationError, Unreachable } from '../../provider/operation-error.ts';
import { providerConfig, recordSet, type RecordSetInputs } from '../../provider/schema.ts';
import { Session } from '../../provider/session.ts';

const dns = {
  backend: 'rfc2136' as const,
  server: '127.0.0.1',
  port: 53,
  tsig: { name: 'codeb', algorithm: 'hmac-sha256' },
};
const config = providerConfig.parse({
  connection: { host: 'srv1.example.org', hostKey: 'ssh-ed25519 AAAA' },
  privilege: 'root',
  dns,
});
const zone = 'example.org';
const set = (type: RecordSetInputs['type'], ...values: string[]) =>
  recordSet.parse({ zone, name: `a.${zone}`, type, values });

/** BIND9 by what dig prints of it; a change of it succeeds or fails as the test says. */
class Scripted extends Session {
  readonly updates: string[] = [];
  readonly #answers: Record<string, string[]>;
  readonly #failure: Error | undefined;

  constructor(answers: Record<string, string[]>, failure?: Error) {
    super(config);
    this.#answers = answers;
    this.#failure = failure;
  }

  override async look(operation: string, parameters: (string | number)[] = [], payload?: Payload): Promise<string> {
    if (operation === 'dig') {
      const [, , name, type] = parameters;
      const values = (type === 'TXT' && String(name).startsWith('_codeb-') && this.#answers.note) || [];
      const rows = name === `a.${zone}` ? (this.#answers[type ?? ''] ?? []) : values;
      return `;; status: NOERROR\n${rows.map((value) => `${name}.\t\t300\tIN\t${type}\t${value}\n`).join('')}`;
    }
    const text = payload?.kind === 'text' ? payload.text : '';
    if (!text.includes('\nupdate ')) return '';
    if (this.#failure) throw this.#failure;
    this.updates.push(text);
    return '';
  }
}

const backend = rfc2136(dns);

test.each([
  ['the end of the connection', new LostConnection('server srv1, nsupdate: the connection closed')],
  ['a server that nobody reached', new Unreachable('server srv1: no route; nothing was changed')],
  ['a server that is not prepared', new OperationError('srv1', 'nsupdate', 10, 'this server is not prepared yet')],
])('%s is told as what it is', async (_, failure) => {
  const look = await backend.look(new Scripted({}, failure), set('A', '192.0.2.1'));
  await expect(look.put(set('A', '192.0.2.1'), 'codeb-infra/mine')).rejects.toBe(failure);
  await expect(look.remove()).rejects.toBe(failure);
});

test('a refusal says that nothing was changed, and by whom', async () => {
  const failure = new OperationError('srv1', 'nsupdate', 2, 'update failed: REFUSED');
  const look = await backend.look(new Scripted({}, failure), set('A', '192.0.2.1'));
  await expect(look.put(set('A', '192.0.2.1'), 'codeb-infra/mine')).rejects.toThrow(
    /^127\.0\.0\.1:53 refuses the update of zone 'example\.org': .*REFUSED; nothing was changed$/,
  );
});

test('text comes back with its blanks, its escapes and its strings', async () => {
  const values = ['"v=1;   a  b"', '"aa" "bb"', String.raw`"say \"hi\" \\ \195\169"`];
  const { found } = await backend.look(new Scripted({ TXT: values }), set('TXT', '-'));
  expect(found?.values).toEqual(['v=1;   a  b', '"aa" "bb"', String.raw`say "hi" \ é`]);
});

const note = '"codeb-infra/theirs A a.example.org"';

test.each([
  ['a set that is not there', {}, /\nprereq nxrrset a\.example\.org\. A\n/],
  ['one that nobody owns', { A: ['192.0.2.1'] }, /\nprereq nxrrset _codeb-\w+\.example\.org\. TXT\n/],
  [
    'one with an owner',
    { A: ['192.0.2.1'], note: [note] },
    /\nprereq yxrrset _codeb-\w+\.example\.org\. TXT "codeb-infra\/theirs A a\.example\.org"\n/,
  ],
])('%s is written to and removed only while it is as it was found', async (_, answers, prerequisite) => {
  const server = new Scripted(answers);
  const look = await backend.look(server, set('A', '192.0.2.1'));
  await look.put(set('A', '192.0.2.1'), 'codeb-infra/mine');
  await look.remove();
  expect(server.updates).toEqual([expect.stringMatching(prerequisite), expect.stringMatching(prerequisite)]);
});

test.each(['NXRRSET', 'YXRRSET'])('%s of a prerequisite is told as a write of another update', async (status) => {
  const failure = new OperationError('srv1', 'nsupdate', 2, `update failed: ${status}`);
  const look = await backend.look(new Scripted({}, failure), set('A', '192.0.2.1'));
  await expect(look.put(set('A', '192.0.2.1'), 'codeb-infra/mine')).rejects.toThrow(
    'A a.example.org was written to by another update at the same time; nothing was changed',
  );
});

test('a wildcard that answers in place of the note tells no owner', async () => {
  const { found } = await backend.look(new Scripted({ A: ['192.0.2.1'], note: ['"v=spf1 -all"'] }), set('A', '-'));
  expect(found).toEqual({ ttl: 300, values: ['192.0.2.1'], owner: undefined });
});
