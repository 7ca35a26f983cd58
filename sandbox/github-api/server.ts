import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { githubApi } from './app.ts';
import type { Seed } from './seed.ts';
import { sow } from './sow.ts';
import { Store } from './store.ts';

export interface GithubApiOptions {
  /** File of the state, made where there is none. */
  readonly state: string;
  readonly token: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly seed?: Seed;
}

export interface GithubApi {
  /** What GITHUB_BASE_URL is to be. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 alone. */
export async function startGithubApi({ state, token, port, seed }: GithubApiOptions): Promise<GithubApi> {
  const store = await Store.open(state);
  if (seed) sow(store, seed);
  await store.save();
  const server = serve({ fetch: githubApi(store, token).fetch, hostname: '127.0.0.1', port });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in of GitHub has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    port: address.port,
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
