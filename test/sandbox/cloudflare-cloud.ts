/** Cloudflare's stand-in with one account and two zones, and stacks of the real engine that are made in it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Provider } from '@pulumi/cloudflare/provider.js';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { z } from 'zod';
import { startCloudflare } from '../../sandbox/cloudflare-api/server.ts';
import { type DnsRecord, emptyState } from '../../sandbox/cloudflare-api/state.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';

export const account = '0123456789abcdef0123456789abcdef';
export const zone = { id: 'a1'.repeat(16), name: 'example.org' };
export const otherZone = { id: 'b2'.repeat(16), name: 'example.net' };
export const owner = 'owner-token-of-the-test';

const then = '2020-01-01T00:00:00.000Z';
const long = {
  id: 'c3'.repeat(16),
  zone: zone.id,
  proxied: false,
  settings: {},
  tags: [],
  comment: null,
  createdOn: then,
  modifiedOn: then,
};

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })),
  result: z.json(),
  result_info: z.record(z.string(), z.number()).optional(),
});

export type Answer = z.output<typeof envelope> & { status: number };

export interface Cloud {
  readonly url: string;
  readonly folder: string;
  /** Asks the API below /client/v4, as the owner unless told otherwise. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** The result of a GET, in this shape. */
  see<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  /** Orders errors, or takes all orders back; tells how many requests came too early. */
  faults(method: 'POST' | 'GET' | 'DELETE', body?: unknown): Promise<{ waiting: unknown[]; early: number }>;
  /** Opens a stack whose provider is given to the program. */
  stack(program: (provider: Provider) => Promise<Record<string, unknown>> | Record<string, unknown>): Promise<Stack>;
  close(): Promise<void>;
}

/** @param old a record of the first zone that somebody else has made long ago */
export async function startCloud(old?: Pick<DnsRecord, 'name' | 'type' | 'content' | 'ttl'>): Promise<Cloud> {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-cloudflare-'));
  const file = join(folder, 'cloudflare.json');
  if (old) await writeFile(file, JSON.stringify({ ...emptyState, dnsRecords: [{ ...old, ...long }] }));
  const seed = { accounts: [{ id: account, name: 'acme', zones: [zone, otherZone] }] };
  const server = await startCloudflare({ state: file, seed, token: owner });
  const root = `http://127.0.0.1:${server.port}`;
  const url = `${root}/client/v4`;
  let stacks = 0;

  const ask = async (method: string, path: string, body?: unknown, token = owner): Promise<Answer> => {
    const isForm = body instanceof FormData;
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    return { ...envelope.parse(await response.json()), status: response.status };
  };

  return {
    url,
    folder,
    ask,
    see: async (path, shape) => shape.parse((await ask('GET', path)).result),
    async faults(method, body) {
      const response = await fetch(`${root}/stand-in/faults`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return z.object({ waiting: z.array(z.unknown()), early: z.number() }).parse(await response.json());
    },
    stack: async (program) =>
      await openStack({
        cli: await findPulumi(silent),
        folder,
        name: `test-${++stacks}`,
        passphrase: 'passphrase-of-the-test',
        program: async () => await program(new Provider('cloudflare', { apiToken: owner, baseUrl: url })),
      }),
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What an operation of the engine says when it fails. */
export async function failureOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('it did not fail');
}
