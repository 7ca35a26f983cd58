import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodebServer, RecordSet } from '../../components/codeb.ts';
import { Server } from '../../components/server.ts';
import { WrittenMeanwhile } from '../../provider/dns/backend.ts';
import { backendOf } from '../../provider/dns/backend-of.ts';
import { removeOwned } from '../../provider/dns/change.ts';
import { providerConfig, recordSet } from '../../provider/schema.ts';
import { Session } from '../../provider/session.ts';
import type { Box } from '../../sandbox/box.ts';
import { sandboxServers } from '../../sandbox/settings.ts';
import { server as serverSettings } from '../../stacks/settings.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { connectionTo, preview, run, Stacks } from './stacks.ts';

const zone = 'codeb.dev';
const tsig = { name: 'codeb', algorithm: 'hmac-sha256' };
type Set = Omit<ConstructorParameters<typeof RecordSet>[1], 'owner' | 'zone'> & { zone?: string };

/** The same promises over both backends; only what a server answers, and how it refuses, differs. */
const backends = [
  {
    name: 'PowerDNS (S4.3)',
    port: 53,
    dns: { backend: 'powerdns' as const, url: 'http://127.0.0.1:8081' },
    service: 'pdns',
    byHand: (label: string, address?: string) =>
      `pdnsutil ${address ? `replace-rrset ${zone} ${label} A 300 ${address}` : `delete-rrset ${zone} ${label} A`} &&
       pdns_control purge '${zone}$'`,
    refusals: {
      noZone: /PowerDNS at http:\/\/127\.0\.0\.1:8081 has no zone 'none\.dev'; nothing was changed/,
      badValue: /PowerDNS .* refuses the change of zone 'codeb\.dev' \(422\): .*bad\.codeb\.dev.*; nothing was changed/,
      down: /curl: \(7\) Failed to connect to 127\.0\.0\.1 port 8081/,
      badKey: /refuses .*\(401\)/,
    },
  },
  {
    name: 'BIND9 by RFC 2136 with TSIG (S2.4)',
    port: 5300,
    dns: { backend: 'rfc2136' as const, server: '127.0.0.1', port: 5300, tsig },
    service: 'named',
    byHand: (label: string, address?: string) =>
      [
        `server 127.0.0.1 5300`,
        `update delete ${label}.${zone} A`,
        ...(address ? [`update add ${label}.${zone} 300 A ${address}`] : []),
        'send',
      ]
        .map((line) => `echo '${line}'`)
        .join('; ')
        .replace(/^(.*)$/, '{ $1; } | nsupdate -k /etc/bind/codeb.key'),
    refusals: {
      noZone: /127\.0\.0\.1:5300 .*(NOTAUTH|REFUSED)/,
      badValue: /127\.0\.0\.1:5300 refuses the update of zone 'codeb\.dev': .*not-an-address.*; nothing was changed/s,
      down: /(communications error|connection refused|timed out|answers nothing)/,
      badKey: /NOTAUTH|BADSIG|BADKEY|bad key/,
    },
  },
];

describeOnServer('record sets', () => {
  let box: Box;
  let stacks: Stacks;

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    const settings = serverSettings.parse({
      ...sandboxServers(box, 'production').codeb,
      dns: { backend: 'rfc2136', port: 5300, zones: [zone], tsig },
    });
    const bind = await stacks.open('bind9', async () => {
      new Server('bind9', { settings });
      return {};
    });
    const prepared = await run(bind, 'up');
    expect(prepared, prepared.text).toMatchObject({ failed: false });
  });
  afterAll(() => stacks.end());

  test.for(backends)('$name: made, changed, drifted, put right, removed', async ({ dns, port, byHand }) => {
    const wanted: { sets: Record<string, Set> } = {
      sets: {
        a: { name: `a.${zone}`, type: 'A', values: ['192.0.2.1', '192.0.2.2'] },
        any: { name: `*.${zone}`, type: 'A', values: ['192.0.2.9'] },
        alias: { name: `www.${zone}`, type: 'CNAME', values: [`a.${zone}`] },
        text: { name: `txt.${zone}`, type: 'TXT', values: ['v=1; "quoted"   text'] },
        strings: { name: `strings.${zone}`, type: 'TXT', values: ['"aa" "b  b"', 'café', 'x'.repeat(300)] },
        six: { name: `six.${zone}`, type: 'AAAA', values: ['2001:DB8:0:0::10', '2001:db8::11'] },
      },
    };
    const open = () =>
      stacks.open(`records-${port}`, async () => {
        const provider = serverWith(dns);
        for (const [id, set] of Object.entries(wanted.sets)) new RecordSet(id, { zone, ...set }, { provider });
        return {};
      });
    const ask = async (what: string) =>
      (await box.exec(`dig +short +norecurse @127.0.0.1 -p ${port} ${what} | sort`)).stdout.trim();

    const made = await run(await open(), 'up');
    expect(made, made.text).toMatchObject({ failed: false });
    expect(await ask(`a.${zone} A`)).toBe('192.0.2.1\n192.0.2.2');
    expect(await ask(`other.${zone} A`)).toBe('192.0.2.9');
    expect(await ask(`txt.${zone} TXT`)).toBe('"v=1; \\"quoted\\"   text"');
    expect(await ask(`strings.${zone} TXT`)).toContain('"aa" "b  b"');
    expect(await ask(`six.${zone} AAAA`)).toBe('2001:db8::10\n2001:db8::11');
    expect((await run(await open(), 'up')).changes).toEqual({ same: 8 });
    const refreshed = await run(await open(), 'refresh');
    expect(refreshed.changes, refreshed.text).toEqual({ same: 8 });

    wanted.sets.a = { name: `a.${zone}`, type: 'A', values: ['192.0.2.3'] };
    expect((await run(await open(), 'up')).changes).toEqual({ same: 7, update: 1 });
    expect(await ask(`a.${zone} A`)).toBe('192.0.2.3');

    expect(await box.exec(byHand('a', '192.0.2.66'))).toMatchObject({ code: 0 });
    expect((await run(await open(), 'refresh')).text).toMatch(/RecordSet a updated.*~values/);
    expect((await run(await open(), 'up')).changes).toEqual({ same: 7, update: 1 });
    expect(await ask(`a.${zone} A`)).toBe('192.0.2.3');
    expect(await box.exec(byHand('a'))).toMatchObject({ code: 0 });
    expect(await ask(`a.${zone} A`)).toBe('192.0.2.9');
    expect((await run(await open(), 'refresh')).text).toMatch(/RecordSet a deleted/);
    expect((await run(await open(), 'up')).changes).toEqual({ same: 7, create: 1 });

    expect(await run(await open(), 'destroy')).toMatchObject({ failed: false });
    for (const what of ['a', 'www', 'other']) expect(await ask(`${what}.${zone} A`)).toBe('');
  });

  test.for(backends)(
    '$name: what it refuses is told, and nothing changes',
    async ({ dns, port, refusals, service }) => {
      const open = (set: Set) =>
        stacks.open(`refused-${port}`, async () => {
          new RecordSet('one', { zone, ...set }, { provider: serverWith(dns) });
          return {};
        });
      /** What a preview cannot know may come with the update itself: it says so, and goes on. */
      const foretell = async (set: Set) => {
        const outcome = await preview(await open(set));
        expect(outcome).toMatchObject({ failed: false });
        expect(outcome.text).toContain('the preview leaves open what only the server can tell');
        return outcome.text;
      };
      const attempt = async (set: Set) => {
        const stack = await open(set);
        const outcome = await run(stack, 'up');
        expect(outcome.failed).toBe(true);
        return outcome.text;
      };
      const good: Set = { name: `bad.${zone}`, type: 'A', values: ['192.0.2.1'] };
      const elsewhere = { ...good, zone: 'none.dev', name: 'a.none.dev' };
      expect(await foretell(elsewhere)).toMatch(refusals.noZone);
      expect(await attempt(elsewhere)).toMatch(refusals.noZone);
      expect(await attempt({ ...good, values: ['not-an-address'] })).toMatch(refusals.badValue);
      expect(await attempt({ ...good, name: 'a.other.dev' })).toContain('is outside of its zone');
      const secret = '/var/lib/codeb/prepared/dns.secret';
      await box.exec(`cp -p ${secret} ${secret}.kept && echo YW5vdGhlciBzZWNyZXQ= >${secret}`);
      try {
        expect(await attempt(good)).toMatch(refusals.badKey);
      } finally {
        await box.exec(`mv ${secret}.kept ${secret}`);
      }
      await box.exec(`systemctl stop ${service}`);
      try {
        expect(await foretell(good)).toMatch(refusals.down);
        expect(await attempt(good)).toMatch(refusals.down);
      } finally {
        await box.exec(
          `systemctl start ${service} && until dig +short @127.0.0.1 -p ${port} ${zone} SOA | grep -q .; do :; done`,
        );
      }
    },
  );

  test.for(backends)('$name: a record set of another stack is neither taken over nor removed', async (backend) => {
    const { dns, port, byHand } = backend;
    const one = (name: string, ...values: string[]) =>
      stacks.open(name, async () => {
        const set = {
          zone,
          name: `one.${zone}`,
          type: 'A' as const,
          values: values.length > 0 ? values : ['192.0.2.1'],
        };
        new RecordSet('one', set, { provider: serverWith(dns) });
        return {};
      });
    expect(await run(await one('first'), 'up')).toMatchObject({ failed: false });
    const says = 'belongs to the stack codeb-infra/first; nothing was changed';
    expect((await preview(await one('second'))).text).toContain(says);
    expect((await run(await one('second'), 'up')).text).toContain(says);
    expect(await box.exec(byHand('one'))).toMatchObject({ code: 0 });
    expect(await run(await one('second'), 'up')).toMatchObject({ failed: false });
    const kept = 'belongs to the stack codeb-infra/second; nothing was changed';
    expect((await preview(await one('first', '192.0.2.2'))).text).toContain(kept);
    expect((await run(await one('first', '192.0.2.2'), 'up')).text).toContain(kept);
    expect(await run(await one('first'), 'destroy')).toMatchObject({ failed: false });
    const left = await box.exec(`dig +short +norecurse @127.0.0.1 -p ${port} one.${zone} A`);
    expect(left.stdout).toBe('192.0.2.1\n');
    expect(await run(await one('second'), 'destroy')).toMatchObject({ failed: false });
  });

  test.for(backends)('$name: a record set made by hand is had by import, then changed and removed', async (backend) => {
    const { dns, port, byHand } = backend;
    const name = `old.${zone}`;
    const open = (value: string, opts: { import?: string } = {}) =>
      stacks.open(`imported-${port}`, async () => {
        const set = { zone, name, type: 'A' as const, values: [value] };
        new RecordSet('old', set, { provider: serverWith(dns), ...opts });
        return {};
      });
    const ask = async () => (await box.exec(`dig +short +norecurse @127.0.0.1 -p ${port} ${name} A`)).stdout.trim();
    expect(await box.exec(byHand('old', '192.0.2.70'))).toMatchObject({ code: 0 });
    const taken = await run(await open('192.0.2.70', { import: `${zone}/${name}/A` }), 'up');
    expect(taken, taken.text).toMatchObject({ failed: false, changes: { import: 1 } });
    expect((await run(await open('192.0.2.70'), 'up')).changes).toEqual({ same: 3 });
    expect((await run(await open('192.0.2.71'), 'up')).changes).toEqual({ same: 2, update: 1 });
    expect(await ask()).toBe('192.0.2.71');
    expect(await run(await open('192.0.2.71'), 'destroy')).toMatchObject({ failed: false });
    expect(await ask()).toBe('');
  });

  test.for(backends)('$name: a record set of another stack is had by import alone', async ({ dns, port }) => {
    const name = `had.${zone}`;
    const open = (stack: string, value: string, opts: { import?: string } = {}) =>
      stacks.open(`${stack}-${port}`, async () => {
        const set = { zone, name, type: 'A' as const, values: [value] };
        new RecordSet('had', set, { provider: serverWith(dns), ...opts });
        return {};
      });
    const ask = async () => (await box.exec(`dig +short +norecurse @127.0.0.1 -p ${port} ${name} A`)).stdout.trim();
    expect(await run(await open('had', '192.0.2.80'), 'up')).toMatchObject({ failed: false });
    const taken = await run(await open('takes', '192.0.2.80', { import: `${zone}/${name}/A` }), 'up');
    expect(taken, taken.text).toMatchObject({ failed: false, changes: { import: 1 } });
    expect((await run(await open('takes', '192.0.2.80'), 'refresh')).changes).toEqual({ same: 3 });
    expect((await preview(await open('takes', '192.0.2.81'))).changes).toEqual({ same: 2, update: 1 });
    expect((await run(await open('takes', '192.0.2.81'), 'up')).changes).toEqual({ same: 2, update: 1 });
    expect(await ask()).toBe('192.0.2.81');
    const refused = await run(await open('had', '192.0.2.82'), 'up');
    expect(refused.text).toContain(`belongs to the stack codeb-infra/takes-${port}; nothing was changed`);
    expect(await run(await open('had', '192.0.2.80'), 'destroy')).toMatchObject({ failed: false });
    expect(await ask()).toBe('192.0.2.81');
    expect(await run(await open('takes', '192.0.2.81'), 'destroy')).toMatchObject({ failed: false });
    expect(await ask()).toBe('');
  });

  test.for(backends)('$name: of two stacks that make one name at once, one has it', async ({ dns, port }) => {
    const name = `race.${zone}`;
    const made = await Promise.all(
      [1, 2].map(async (number) => {
        const stack = await stacks.open(`race-${port}-${number}`, async () => {
          const set = { zone, name, type: 'A' as const, values: [`192.0.2.${number}`] };
          new RecordSet('race', set, { provider: serverWith(dns) });
          return {};
        });
        return { number, stack, outcome: await run(stack, 'up') };
      }),
    );
    const [has, ...others] = made.filter(({ outcome }) => !outcome.failed);
    const [refused] = made.filter(({ outcome }) => outcome.failed);
    expect([others.length, refused?.outcome.text]).toEqual([
      0,
      expect.stringContaining(`belongs to the stack codeb-infra/race-${port}-${has?.number}; nothing was changed`),
    ]);
    const answer = await box.exec(`dig +short +norecurse @127.0.0.1 -p ${port} ${name} A`);
    expect(answer.stdout).toBe(`192.0.2.${has?.number}\n`);
    for (const { stack } of made) expect(await run(stack, 'destroy')).toMatchObject({ failed: false });
  });

  test.for(backends)('$name: a write holds only for the set that was looked at', async ({ dns }) => {
    const session = () => {
      const config = { connection: connectionTo(box), privilege: 'root' as const, dns };
      return new Session(providerConfig.parse(config));
    };
    const [one, other] = [session(), session()];
    const set = (label: string, value: string) =>
      recordSet.parse({ zone, name: `${label}.${zone}`, type: 'A', values: [value] });
    const records = backendOf(dns);
    const look = (by: Session, label: string) => records.look(by, set(label, '-'));

    const early = await Promise.all([look(one, 'held'), look(one, 'held'), look(one, 'next')]);
    await (await look(other, 'held')).put(set('held', '192.0.2.1'), 'codeb-infra/other');
    await expect(early[0].put(set('held', '192.0.2.2'), 'codeb-infra/one')).rejects.toThrow(WrittenMeanwhile);
    await expect(early[1].remove()).rejects.toThrow(WrittenMeanwhile);
    await early[2].put(set('next', '192.0.2.3'), 'codeb-infra/one');
    const held = { ttl: 300, values: ['192.0.2.1'], owner: 'codeb-infra/other' };
    expect((await look(one, 'held')).found).toEqual(held);
    const next = { ttl: 300, values: ['192.0.2.3'], owner: 'codeb-infra/one' };
    expect((await look(other, 'next')).found).toEqual(next);

    const late = await look(one, 'held');
    await (await look(other, 'held')).put(set('held', '192.0.2.4'), 'codeb-infra/third');
    await expect(late.put(set('held', '192.0.2.2'), 'codeb-infra/one')).rejects.toThrow(WrittenMeanwhile);
    const owned = (label: string, owner: string) => ({ zone, name: `${label}.${zone}`, type: 'A' as const, owner });
    await removeOwned(records, one, owned('held', 'codeb-infra/other'));
    expect((await look(one, 'held')).found, 'it is another one’s by now').toBeDefined();
    await removeOwned(records, one, owned('held', 'codeb-infra/third'));
    await removeOwned(records, one, owned('next', 'codeb-infra/one'));
    for (const label of ['held', 'next']) expect((await look(one, label)).found).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  test('PowerDNS: a record that is disabled is drift, and the next update enables it', async () => {
    const name = `off.${zone}`;
    const open = () =>
      stacks.open('disabled', async () => {
        const provider = serverWith(backends[0]?.dns);
        new RecordSet('off', { zone, name, type: 'A', values: ['192.0.2.1', '192.0.2.2'] }, { provider });
        return {};
      });
    const disable = (which: string) =>
      box.exec(
        `sqlite3 /var/lib/powerdns/codeb.sqlite3 "UPDATE records SET disabled = 1 WHERE name = '${name}' AND ${which}" &&
         pdns_control purge '${zone}$'`,
      );
    const ask = async () => (await box.exec(`dig +short +norecurse @127.0.0.1 ${name} A | sort`)).stdout;
    expect(await run(await open(), 'up')).toMatchObject({ failed: false });
    expect(await disable("content = '192.0.2.1'")).toMatchObject({ code: 0 });
    expect((await run(await open(), 'refresh')).text).toMatch(/RecordSet off updated.*~values/);
    expect((await run(await open(), 'up')).changes).toEqual({ same: 2, update: 1 });
    expect(await ask()).toBe('192.0.2.1\n192.0.2.2\n');
    expect(await disable('1')).toMatchObject({ code: 0 });
    expect(await ask()).toBe('');
    expect((await run(await open(), 'refresh')).text).toMatch(/RecordSet off deleted/);
    expect((await run(await open(), 'up')).changes).toEqual({ same: 2, create: 1 });
    expect(await ask()).toBe('192.0.2.1\n192.0.2.2\n');
    expect(await run(await open(), 'destroy')).toMatchObject({ failed: false });
  });

  test("a record set of somebody else's is not overwritten", async () => {
    await box.exec(`pdnsutil replace-rrset ${zone} theirs A 60 192.0.2.50`);
    const stack = await stacks.open('theirs', async () => {
      const provider = serverWith(backends[0]?.dns);
      new RecordSet('one', { zone, name: `theirs.${zone}`, type: 'A', values: ['192.0.2.1'] }, { provider });
      return {};
    });
    const says = `A theirs.${zone} exists already (192.0.2.50) and was not made by codeb; nothing was changed`;
    expect((await preview(stack)).text).toContain(says);
    expect((await run(stack, 'up')).text).toContain(says);
    await box.exec(`pdnsutil delete-rrset ${zone} theirs A`);
  });

  function serverWith(dns: (typeof backends)[number]['dns'] | undefined) {
    if (!dns) throw new Error('a backend is missing');
    return new CodebServer('box', { connection: connectionTo(box), privilege: 'root', dns });
  }
});
