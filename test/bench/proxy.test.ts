import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { delayingProxy } from '../../bench/delay/proxy.ts';

const opened: Server[] = [];

async function listen(server: Server): Promise<number> {
  opened.push(server);
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
  return address.port;
}

afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

test('what goes through the delaying proxy comes back whole and in order, after the client has ended its side', async () => {
  const echo = await listen(createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)));
  const late = await listen(delayingProxy({ host: '127.0.0.1', port: echo }, 2));
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const client = connect({ host: '127.0.0.1', port: late, allowHalfOpen: true });
  for (let at = 0; at < sent.length; at += 7_000) client.write(sent.subarray(at, at + 7_000));
  client.end();
  expect(sent.equals(await buffer(client))).toBe(true);
});

test('a target that nobody listens on ends the connection', async () => {
  const gone = createServer();
  const port = await listen(gone);
  gone.close();
  await once(gone, 'close');
  const late = await listen(delayingProxy({ host: '127.0.0.1', port }, 2));
  const client = connect({ host: '127.0.0.1', port: late });
  client.on('error', () => {});
  await once(client, 'close');
});
