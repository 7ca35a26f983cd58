import { afterAll, beforeAll, expect, test } from 'vitest';
import { PortLease } from '../../components/codeb.ts';
import { portLeaseResource } from '../../provider/resources/port-lease.ts';
import { portLease } from '../../provider/schema.ts';
import { Session } from '../../provider/session.ts';
import type { Box } from '../../sandbox/box.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { connectionTo, preview, run, Stacks, serverOf } from './stacks.ts';

const rounds = 50;
const leasesEach = 20;

describeOnServer('port leases (S2.3, S4.1)', () => {
  let box: Box;
  let stacks: Stacks;
  const range = { from: 4000, to: 4999 };
  const session = () => new Session({ connection: { ...connectionTo(box) }, privilege: 'root' });
  const held = async () => (await box.exec('cd /var/lib/codeb/leases && grep -H . * || true')).stdout.trim();

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
  });
  afterAll(() => stacks.end());

  test(`two clients at once never get the same port: ${rounds} rounds of ${leasesEach} leases each`, async () => {
    const clients = [session(), session()];
    for (let round = 0; round < rounds; round++) {
      const taken = await Promise.all(
        clients.flatMap((client, who) =>
          Array.from({ length: leasesEach }, async (_, index) => {
            const inputs = portLease.parse({ owner: `race-${who}/app-${index}`, range });
            const outputs = await portLeaseResource.create({ session: client, owner: 'race' }, inputs);
            return { client, inputs, outputs };
          }),
        ),
      );
      expect(new Set(taken.map(({ outputs }) => outputs.port)).size).toBe(2 * leasesEach);
      await Promise.all(
        taken.map(({ client, inputs, outputs }) =>
          portLeaseResource.delete({ session: client, owner: 'race' }, inputs, outputs),
        ),
      );
    }
    await Promise.all(clients.map((client) => client.close()));
    expect(await held()).toBe('');
  });

  test('two updates of the engine at once never get the same port', async () => {
    const program = (who: string) => async () => {
      const provider = serverOf(box);
      const leases = Array.from(
        { length: leasesEach },
        (_, index) => new PortLease(`${who}-${index}`, { owner: `${who}/app-${index}`, range }, { provider }),
      );
      return { ports: leases.map((lease) => lease.port) };
    };
    const both = [await stacks.open('left', program('left')), await stacks.open('right', program('right'))];
    const outcomes = await Promise.all(both.map((stack) => run(stack, 'up')));
    expect(outcomes).toMatchObject([{ failed: false }, { failed: false }]);
    const ports = (await Promise.all(both.map((stack) => stack.outputs()))).flatMap(({ ports }) => ports?.value);
    expect(new Set(ports).size).toBe(2 * leasesEach);
    await Promise.all(both.map((stack) => run(stack, 'destroy')));
    expect(await held()).toBe('');
  });

  test('the same owner gets the same port again, and a preview tells it beforehand', async () => {
    const stack = await stacks.open('again', async () => {
      const lease = new PortLease(
        'one',
        { owner: 'again/app', range, reserved: [4000, 4001] },
        { provider: serverOf(box) },
      );
      return { port: lease.port };
    });
    expect((await preview(stack)).text).toContain('port: 4002');
    await run(stack, 'up');
    expect((await stack.outputs()).port?.value).toBe(4002);
    // As after a lost state: the server still knows the owner.
    await stack.workspace.removeStack('again', { force: true });
    const other = await stacks.open('again', async () => {
      const lease = new PortLease(
        'one',
        { owner: 'again/app', range, reserved: [4000, 4001] },
        { provider: serverOf(box) },
      );
      return { port: lease.port };
    });
    await run(other, 'up');
    expect((await other.outputs()).port?.value).toBe(4002);
    await run(other, 'destroy');
    expect(await held()).toBe('');
  });

  test('S4.1: a preview tells the port of each of many, as the update gives them, whichever comes first', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `app${index}`);
    const owners = names.map((name) => `many/${name}`);
    const stack = await stacks.open('many', async () => {
      const provider = serverOf(box);
      const range = { from: 4500, to: 4599 };
      // Registered from the last to the first, and one of them by number.
      const ports = [...names.entries()].reverse().map(([index, name]): [string, unknown] => {
        const args = index === 7 ? { port: 4500 } : { reserved: [4500], before: owners.slice(0, index) };
        return [name, new PortLease(name, { owner: `many/${name}`, range, ...args }, { provider }).port];
      });
      return Object.fromEntries(ports);
    });
    const expected = names.map((_, index) => (index === 7 ? 4500 : 4501 + index));
    const { text } = await preview(stack);
    for (const [index, port] of expected.entries()) expect(text).toMatch(new RegExp(`app${index} *: ${port}`));
    expect(await run(stack, 'up')).toMatchObject({ failed: false });
    const outputs = await stack.outputs();
    expect(names.map((name) => outputs[name]?.value)).toEqual(expected);
    await run(stack, 'destroy');
    expect(await held()).toBe('');
  });

  test('what gets another server is made anew there, and nothing that is protected', async () => {
    const open = (server: string, protect = false) =>
      stacks.open('travels', async () => {
        const opts = { provider: serverOf(box, server), protect };
        new PortLease('one', { owner: 'travels/app', range }, opts);
        return {};
      });
    expect(await run(await open('first', true), 'up')).toMatchObject({ failed: false });
    const refused = await preview(await open('second', true));
    expect(refused).toMatchObject({ failed: true, text: expect.stringContaining('marked for protection') });
    expect(await run(await open('first'), 'up')).toMatchObject({ failed: false });
    const moved = await preview(await open('second'));
    expect(moved, moved.text).toMatchObject({ failed: false, changes: { replace: 1 } });
    await run(await open('first'), 'destroy');
  });

  test('it is the same lease in a range that has its port as well, and another one in a range that has not', async () => {
    const open = (wanted: { range: typeof range; port?: number }) =>
      stacks.open('moves', async () => {
        const { port } = new PortLease('one', { owner: 'moves/app', ...wanted }, { provider: serverOf(box) });
        return { port };
      });
    const held = async () => (await box.exec('cd /var/lib/codeb/leases && grep -l "^moves/app " *')).stdout;
    const first = await run(await open({ range: { from: 4400, to: 4409 } }), 'up');
    expect(first, first.text).toMatchObject({ failed: false });
    expect(await held()).toBe('4400\n');
    for (const wanted of [{ range: { from: 4390, to: 4405 } }, { range, port: 4400 }, { range }]) {
      const outcome = await run(await open(wanted), 'up');
      expect(outcome.changes, outcome.text).toEqual({ same: 2, update: 1 });
      expect(await held()).toBe('4400\n');
    }
    expect((await run(await open({ range: { from: 4410, to: 4419 } }), 'up')).changes).toEqual({ same: 2, replace: 1 });
    expect(await held()).toBe('4410\n');
    await run(await open({ range }), 'destroy');
    expect(await held()).toBe('');
  });

  test('a port that a stranger listens on is passed over, and refused by name where it is asked for', async () => {
    const stranger = 'systemd-run --quiet --unit=stranger --service-type=exec caddy respond --listen 127.0.0.1:4300';
    expect(await box.exec(`${stranger} && until ss -Hltn sport = :4300 | grep -q .; do :; done`)).toMatchObject({
      code: 0,
    });
    try {
      const near = await stacks.open('near', async () => {
        const lease = new PortLease(
          'one',
          { owner: 'near/app', range: { from: 4300, to: 4301 } },
          { provider: serverOf(box) },
        );
        return { port: lease.port };
      });
      await run(near, 'up');
      expect((await near.outputs()).port?.value).toBe(4301);
      const exact = await stacks.open('exact', async () => {
        new PortLease(
          'one',
          { owner: 'exact/app', range: { from: 4300, to: 4301 }, port: 4300 },
          { provider: serverOf(box) },
        );
        return {};
      });
      expect((await run(exact, 'up')).text).toMatch(
        /port 4300 is taken by something that codeb did not start: "caddy"/,
      );
      const full = await stacks.open('full', async () => {
        new PortLease('one', { owner: 'full/app', range: { from: 4300, to: 4301 } }, { provider: serverOf(box) });
        return {};
      });
      expect((await run(full, 'up')).text).toMatch(
        /no port is free in 4300-4301 for 'full\/app'. They are held by:\s+4300 something that codeb did not start\s+4301 near\/app/,
      );
      await run(near, 'destroy');
    } finally {
      await box.exec('systemctl stop stranger');
    }
  });

  test('an explicit port that another project holds is refused with its name', async () => {
    const first = await stacks.open('holder', async () => {
      new PortLease('one', { owner: 'holder/app', range, port: 4321 }, { provider: serverOf(box) });
      return {};
    });
    await run(first, 'up');
    const second = await stacks.open('late', async () => {
      new PortLease('one', { owner: 'late/app', range, port: 4321 }, { provider: serverOf(box) });
      return {};
    });
    expect((await run(second, 'up')).text).toContain(
      "port 4321 is held by 'holder/app'; 'late/app' asked for exactly this one",
    );
    await run(first, 'destroy');
  });
});
