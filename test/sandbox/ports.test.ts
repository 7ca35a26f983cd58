import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { isFree, parsePublished, publishings } from '../../sandbox/ports.ts';

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
  ].join('\n');
  expect(parsePublished(output)).toEqual({ ssh: 37183, http: 46201, https: 39363, dns: 43021 });
  expect(() => parsePublished('22/tcp -> 127.0.0.1:37183')).toThrow('the box does not publish its port 80');
});

test('a port that is taken is left to the engine to choose; all are on 127.0.0.1', async () => {
  const { server, port } = await listen();
  expect(await isFree(port, 'tcp')).toBe(false);
  expect(await publishings({ ssh: port })).toEqual([
    '127.0.0.1::22/tcp',
    '127.0.0.1::80/tcp',
    '127.0.0.1::443/tcp',
    '127.0.0.1::53/udp',
  ]);
  await new Promise((resolve) => server.close(resolve));
  expect((await publishings({ ssh: port }))[0]).toBe(`127.0.0.1:${port}:22/tcp`);
});

test('a UDP port is looked at as such', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  expect([await isFree(port, 'udp'), await isFree(port, 'tcp')]).toEqual([false, true]);
  await new Promise<void>((resolve) => socket.close(resolve));
  expect(await isFree(port, 'udp')).toBe(true);
});
