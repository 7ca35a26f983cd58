import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, parsePublished, publishings } from '../../sandbox/ports.ts';

/** One that nobody has, from below those that the kernel gives out: ip(7), `ip_local_port_range`. */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if ((await freePort('tcp', port)) !== undefined && (await freePort('udp', port)) !== undefined) return port;
  }
}

test("what the engine says of a box's ports", () => {
  const output = [
    '53/udp -> 127.0.0.1:43021',
    '22/tcp -> 127.0.0.1:37183',
    '443/tcp -> 127.0.0.1:39363',
    '80/tcp -> 127.0.0.1:46201',
    '5000/tcp -> 127.0.0.1:35207',
  ].join('\n');
  expect(parsePublished(output)).toEqual({ ssh: 37183, http: 46201, https: 39363, dns: 43021, registry: 35207 });
  expect(() => parsePublished('22/tcp -> 127.0.0.1:37183')).toThrow('the box does not publish its port 80');
});

test('another port is found for one that is taken; all are on 127.0.0.1', async () => {
  const port = await quietPort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await freePort('tcp', port)).toBeUndefined();
  const elsewhere = await publishings({ ssh: port });
  expect(elsewhere.join()).toMatch(
    /^127\.0\.0\.1:\d+:22\/tcp,127\.0\.0\.1:\d+:80\/tcp,127\.0\.0\.1:\d+:443\/tcp,127\.0\.0\.1:\d+:53\/udp,127\.0\.0\.1:\d+:5000\/tcp$/,
  );
  expect(elsewhere[0]).not.toBe(`127.0.0.1:${port}:22/tcp`);
  await new Promise((resolve) => server.close(resolve));
  expect((await publishings({ ssh: port }))[0]).toBe(`127.0.0.1:${port}:22/tcp`);
});

test('a UDP port is looked at as such', async () => {
  const socket = createSocket('udp4');
  const port = await quietPort();
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  expect([await freePort('udp', port), await freePort('tcp', port)]).toEqual([undefined, port]);
  await new Promise<void>((resolve) => socket.close(resolve));
  expect(await freePort('udp', port)).toBe(port);
});
