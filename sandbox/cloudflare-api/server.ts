import { serve } from '@hono/node-server';
import { cloudflareApi } from './app.ts';
import { plant, type Seed } from './seed.ts';
import { Store } from './store.ts';

export interface CloudflareOptions {
  /** File of the state: made when it is not there. */
  readonly state: string;
  readonly seed: Seed;
  /** The API token that may do everything. */
  readonly token: string;
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
}

export interface CloudflareServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws Error when the port is taken or the file is no state of the stand-in. */
export function startCloudflare({ state, seed, token, port = 0 }: CloudflareOptions): Promise<CloudflareServer> {
  const store = new Store(state);
  plant(store, seed);
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: cloudflareApi(store, token).fetch, hostname: '127.0.0.1', port }, (address) =>
      resolve({ port: address.port, close: () => new Promise((closed) => server.close(() => closed())) }),
    );
    server.once('error', reject);
  });
}
