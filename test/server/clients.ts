/** Clients that stay connected, at the box's published port and trusting its ACME CA. */
import { Agent } from 'node:https';
import WebSocket from 'ws';
import type { Box } from '../../sandbox/box.ts';
import { waitFor } from '../../sandbox/wait.ts';

export interface Client {
  /** Everything that it was told so far. */
  readonly heard: string[];
  isOpen(): boolean;
  say(text: string): void;
  close(): void;
}

/** Opens a WebSocket; the first thing that the sample app says is which replica it is. */
export async function connectTo(box: Box, host: string, path: string): Promise<Client> {
  const socket = new WebSocket(`wss://${box.host}:${box.httpsPort}${path}`, {
    agent: new Agent({ ca: await box.acmeRoot(), servername: host }),
    headers: { host },
  });
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  const failure = new Promise<never>((_, reject) => socket.once('error', reject));
  await Promise.race([
    failure,
    waitFor(`the first word of ${host}`, 20_000, async () => (heard.length > 0 ? true : undefined)),
  ]);
  return {
    heard,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    say: (text) => socket.send(text),
    close: () => socket.terminate(),
  };
}
