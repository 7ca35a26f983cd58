import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Payload } from '../../provider/agent.ts';
import { recordSetResource } from '../../provider/resources/record-set.ts';
import { providerConfig, recordSet } from '../../provider/schema.ts';
import { Session } from '../../provider/session.ts';

const config = providerConfig.parse({
  connection: { host: 'srv1.example.org', hostKey: 'ssh-ed25519 AAAA' },
  privilege: 'root',
  dns: { backend: 'powerdns', url: 'http://127.0.0.1:8081' },
});
const zone = 'example.org';
const id = `${zone}/a.${zone}/A`;
const mine = 'codeb-infra/mine';
const theirs = 'codeb-infra/theirs';

const change = z.object({
  rrsets: z.tuple([
    z.object({
      name: z.string(),
      type: z.string(),
      changetype: z.enum(['REPLACE', 'DELETE']),
      ttl: z.number().default(0),
      records: z.array(z.object({ content: z.string(), disabled: z.boolean() })).default([]),
      comments: z.array(z.object({ content: z.string(), account: z.string() })).default([]),
    }),
  ]),
});
type Rrset = Omit<z.output<typeof change>['rrsets'][0], 'changetype'>;

/** PowerDNS and the agent before it. */
class Zone {
  rrsets: Rrset[] = [];
  readonly writes: string[] = [];
  /** What somebody does between the next look and its write. */
  meanwhile: (() => void) | undefined;

  answer(operation: string, [, seen, name, type]: (string | number)[], payload?: Payload): string {
    if (operation === 'curl') return `${this.writes.length}\n${JSON.stringify({ rrsets: this.rrsets })}\n200\n`;
    expect(operation).toBe('write_zone');
    const act = this.meanwhile;
    this.meanwhile = undefined;
    act?.();
    if (this.writes.slice(Number(seen)).includes(`${name} ${type}`)) return 'written meanwhile\n';
    const data = payload?.kind === 'text' ? /^data = (".*")$/m.exec(payload.text)?.[1] : undefined;
    const [{ changetype, ...rrset }] = change.parse(JSON.parse(z.string().parse(JSON.parse(data ?? '')))).rrsets;
    if (changetype === 'DELETE') this.delete();
    else this.set(rrset);
    this.writes.push(`${name} ${type}`);
    return '\n204\n';
  }

  set(rrset: Partial<Rrset>): void {
    this.delete();
    this.rrsets.push({ name: `a.${zone}.`, type: 'A', ttl: 300, records: [], comments: [], ...rrset });
  }

  /** Another stack, through an agent of its own. */
  setBy(owner: string, content: string): void {
    this.set({ records: [{ content, disabled: false }], comments: [{ content: owner, account: 'codeb' }] });
    this.writes.push(`a.${zone} A`);
  }

  delete(): void {
    this.rrsets = [];
  }

  get there(): unknown {
    return this.rrsets.map(({ records, comments }) => [
      comments[0]?.content,
      ...records.map(({ content, disabled }) => (disabled ? 'disabled' : content)),
    ]);
  }
}

class AtZone extends Session {
  readonly #zone: Zone;

  constructor(server: Zone) {
    super(config);
    this.#zone = server;
  }

  override async look(operation: string, parameters: (string | number)[] = [], payload?: Payload): Promise<string> {
    return this.#zone.answer(operation, parameters, payload);
  }
}

let server: Zone;
beforeEach(() => {
  server = new Zone();
});

/** Each operation of Pulumi is a session of its own. */
const by = (owner: string) => ({ session: new AtZone(server), owner });
const set = (...values: string[]) => recordSet.parse({ zone, name: `a.${zone}`, type: 'A', values });
const { create, update, preview, read } = recordSetResource;
const belongs = `A a.${zone} exists already (192.0.2.9) and belongs to the stack ${theirs}; nothing was changed: `;

describe('an update', () => {
  beforeEach(async () => {
    await create(by(mine), set('192.0.2.1'));
  });

  test('and its preview refuse a set that another stack has made meanwhile', async () => {
    server.setBy(theirs, '192.0.2.9');
    await expect(preview(by(mine), set('192.0.2.2'), { ...set('192.0.2.1') })).rejects.toThrow(belongs);
    await expect(update(by(mine), set('192.0.2.2'), { ...set('192.0.2.1') })).rejects.toThrow(belongs);
    expect(server.there).toEqual([[theirs, '192.0.2.9']]);
  });

  test.each([
    ['was removed by hand', () => server.delete()],
    ['lost its note', () => server.set({ records: [{ content: '192.0.2.66', disabled: false }] })],
  ])('puts right a set that %s', async (_, byHand) => {
    byHand();
    expect(await preview(by(mine), set('192.0.2.2'), { ...set('192.0.2.1') })).toEqual({});
    await update(by(mine), set('192.0.2.2'), { ...set('192.0.2.1') });
    expect(server.there).toEqual([[mine, '192.0.2.2']]);
  });

  test('that writes at the same time as another stack is refused, and names it', async () => {
    server.meanwhile = () => server.setBy(theirs, '192.0.2.9');
    await expect(update(by(mine), set('192.0.2.2'), {})).rejects.toThrow(belongs);
    expect(server.there).toEqual([[theirs, '192.0.2.9']]);
  });
});

describe('an import', () => {
  const imported = async () => {
    const found = await read(by(mine), id, undefined);
    if (!found) throw new Error('there is nothing to import');
    return { inputs: found.inputs, outputs: { ...found.outputs, ...found.inputs } };
  };
  beforeEach(() => server.setBy(theirs, '192.0.2.9'));

  test('takes over the set of another stack: the next update changes it and notes its owner', async () => {
    const state = await imported();
    expect(server.there, 'a preview reads as well').toEqual([[theirs, '192.0.2.9']]);
    expect(await preview(by(mine), set('192.0.2.2'), state.outputs)).toEqual({});
    expect(await update(by(mine), set('192.0.2.2'), state.outputs)).toEqual({});
    expect(server.there).toEqual([[mine, '192.0.2.2']]);
    const refused = `A a.${zone} exists already (192.0.2.2) and belongs to the stack ${mine}; nothing was changed`;
    await expect(update(by(theirs), set('192.0.2.3'), {})).rejects.toThrow(refused);
  });

  test('is still known after a refresh, and removes the set', async () => {
    const state = await imported();
    const refreshed = await read(by(mine), id, state);
    expect({ ...refreshed?.outputs, ...refreshed?.inputs }).toEqual(state.outputs);
    await recordSetResource.delete(by(mine), state.inputs, state.outputs);
    expect(server.there).toEqual([]);
  });

  test('takes over from the stack that had it then, not from a third one', async () => {
    const state = await imported();
    server.setBy('codeb-infra/third', '192.0.2.8');
    await expect(update(by(mine), set('192.0.2.2'), state.outputs)).rejects.toThrow('the stack codeb-infra/third');
    expect((await read(by(mine), id, state))?.outputs).toEqual({});
  });

  test('leaves no trace where the set was nobody’s', async () => {
    server.set({ records: [{ content: '192.0.2.9', disabled: false }] });
    expect((await read(by(mine), id, undefined))?.outputs).toEqual({});
  });
});

describe('what is disabled', () => {
  const disabled = { content: '192.0.2.1', disabled: true };
  const comments = [{ content: mine, account: 'codeb' }];

  test('is not there, and the next update enables it', async () => {
    await create(by(mine), set('192.0.2.1'));
    server.set({ records: [disabled], comments });
    expect(await read(by(mine), id, { inputs: set('192.0.2.1'), outputs: {} })).toBeUndefined();
    await create(by(mine), set('192.0.2.1'));
    expect(server.there).toEqual([[mine, '192.0.2.1']]);
  });

  test('is missing among the values', async () => {
    server.set({ records: [disabled, { content: '192.0.2.2', disabled: false }], comments });
    const found = await read(by(mine), id, { inputs: set('192.0.2.1', '192.0.2.2'), outputs: {} });
    expect(found?.inputs.values).toEqual(['192.0.2.2']);
  });

  test('is not overwritten where it is somebody else’s', async () => {
    server.set({ records: [disabled] });
    await expect(create(by(mine), set('192.0.2.1'))).rejects.toThrow('exists already (disabled) and was not made by');
  });
});

test('two stacks that make one set at once: the second is refused, and names the first', async () => {
  server.meanwhile = () => server.setBy(theirs, '192.0.2.9');
  await expect(create(by(mine), set('192.0.2.1'))).rejects.toThrow(belongs);
  expect(server.there).toEqual([[theirs, '192.0.2.9']]);
});

test('a delete at the same time as another stack makes the set leaves that one', async () => {
  await create(by(mine), set('192.0.2.1'));
  server.meanwhile = () => server.setBy(theirs, '192.0.2.9');
  await recordSetResource.delete(by(mine), set('192.0.2.1'), {});
  expect(server.there).toEqual([[theirs, '192.0.2.9']]);
});

test('many sets of one update that are looked at together are all written', async () => {
  const call = by(mine);
  const writes = ['a', 'b', 'c'].map((label) => create(call, { ...set('192.0.2.1'), name: `${label}.${zone}` }));
  await Promise.all(writes);
  expect(server.writes).toEqual([`a.${zone} A`, `b.${zone} A`, `c.${zone} A`]);
});

test('a refresh sees no drift in an IPv6 address that is written in another way', async () => {
  const known = recordSet.parse({ zone, name: `a.${zone}`, type: 'AAAA', values: ['2001:DB8:0:0::10'] });
  server.set({ type: 'AAAA', records: [{ content: '2001:db8::10', disabled: false }] });
  const found = await read(by(mine), `${zone}/a.${zone}/AAAA`, { inputs: known, outputs: {} });
  expect(found?.inputs).toEqual(known);
});
