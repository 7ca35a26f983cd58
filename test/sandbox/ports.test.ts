import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, parsePublished, publishings } from '../../sandbox/ports.ts';

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve({ server, port: address.port });
    });
  });
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
  const { server, port } = await listen();
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
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  expect([await freePort('udp', port), await freePort('tcp', port)]).toEqual([undefined, port]);
  await new Promise<void>((resolve) => socket.close(resolve));
  expect(await freePort('udp', port)).toBe(port);
});
