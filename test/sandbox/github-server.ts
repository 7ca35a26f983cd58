/** The stand-in of GitHub for a test: a folder of its own, a world to begin with, and a way to ask. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sodium from 'libsodium-wrappers';
import { z } from 'zod';
import { seed } from '../../sandbox/github-api/seed.ts';
import { type GithubApi, startGithubApi } from '../../sandbox/github-api/server.ts';

export const token = 'ghp_of-the-test';

export interface Answer {
  status: number;
  headers: Headers;
  /** Undefined where there is none, or no JSON. */
  body: unknown;
}

export interface GithubServer {
  readonly url: string;
  /** A path below `/api/v3`, with the token. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A path below `/stand-in`. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  stateFile(): Promise<string>;
  /** Ends it and begins it anew with what the file has. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const world = {
  viewer: 'codeb-bot',
  users: [{ login: 'alice' }, { login: 'bob' }],
  teams: [{ organization: 'codeb', slug: 'ops', name: 'Operations', members: ['alice', 'bob'] }],
  repositories: [
    { owner: 'codeb', name: 'infra' },
    { owner: 'codeb', name: 'elsewhere' },
    { owner: 'codeb', name: 'readable', private: false, permission: 'pull' },
    { owner: 'codeb', name: 'hidden', permission: 'none' },
  ],
};

export async function startGithub(sown: unknown = world): Promise<GithubServer> {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-github-'));
  const state = join(folder, 'state.json');
  let api: GithubApi = await startGithubApi({ state, token, port: 0, seed: seed.parse(sown) });
  return {
    get url() {
      return api.url;
    },
    ask: (method, path, body, headers) =>
      answer(`${api.url}api/v3${path}`, method, body, { authorization: `Bearer ${token}`, ...headers }),
    control: (method, path, body) => answer(`${api.url}stand-in${path}`, method, body),
    stateFile: () => readFile(state, 'utf8'),
    restart: async () => {
      const { port } = api;
      await api.close();
      api = await startGithubApi({ state, token, port });
    },
    close: async () => {
      await api.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function answer(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(text !== undefined && { body: text }) });
  const answered = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  const { status, headers: given } = response;
  return { status, headers: given, body: isJson ? z.json().parse(JSON.parse(answered)) : undefined };
}

const publicKey = z.object({ key: z.string(), key_id: z.string() });

/** A secret as the API wants it, sealed for the environment's own key. */
export async function sealedFor(server: GithubServer, environment: string, value: string) {
  await sodium.ready;
  const { body } = await server.ask('GET', `${environment}/secrets/public-key`);
  const { key, key_id } = publicKey.parse(body);
  const sealed = sodium.crypto_box_seal(value, sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
  return { encrypted_value: sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL), key_id };
}
