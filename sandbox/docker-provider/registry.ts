/** A registry's HTTP API: https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { safeJson } from '../../provider/grpc-messages.ts';
import { dockerHub, type ImageName } from './image-name.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

const manifests = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const mirrors = z.record(z.string(), z.url());

/** Where a registry is asked: CODEB_REGISTRY_MIRRORS, as JSON, may name another place, `{"ghcr.io": "http://…"}`. */
export function addressOf(registry: string, environment: string | undefined): string {
  const given = environment === undefined ? {} : mirrors.parse(safeJson(environment));
  const mirror = given[registry] ?? (registry === dockerHub ? given['docker.io'] : undefined);
  return (mirror ?? `https://${registry}`).replace(/\/$/, '');
}

/**
 * The digest of what a tag names now.
 * @param address of the registry or of its mirror; a path in it comes before the repository's
 * @throws Error that names the image and what the registry says
 */
export async function digestOf(image: ImageName, address: string, login: Login | undefined): Promise<string> {
  const what = `${image.registry}/${image.repository}:${image.reference}`;
  const { origin, pathname } = new URL(address);
  const url = `${origin}/v2${pathname.replace(/\/$/, '')}/${image.repository}/manifests/${image.reference}`;
  const first = await asked('HEAD', url, undefined, what);
  const header = first.status === 401 ? await authorization(first, login, what) : undefined;
  const head = header === undefined ? first : await asked('HEAD', url, header, what);
  requireOk(head, what);
  const told = head.headers.get('docker-content-digest');
  if (told !== null) return told;
  const whole = await asked('GET', url, header, what);
  requireOk(whole, what);
  return `sha256:${createHash('sha256')
    .update(Buffer.from(await whole.arrayBuffer()))
    .digest('hex')}`;
}

async function asked(method: string, url: string, header: string | undefined, what: string): Promise<Response> {
  try {
    const headers = { accept: manifests, ...(header !== undefined && { authorization: header }) };
    return await fetch(url, { method, headers });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`${what}: no answer from ${new URL(url).origin}: ${cause}`);
  }
}

function requireOk({ ok, status, url }: Response, what: string): void {
  if (ok) return;
  const why =
    status === 404 ? 'it has no such image' : status === 401 ? 'the login is missing or refused' : 'no answer to use';
  throw new Error(`${what}: ${new URL(url).origin} says HTTP ${status}: ${why}`);
}

/** What the registry asks for: https://distribution.github.io/distribution/spec/auth/token/ */
async function authorization(refusal: Response, login: Login | undefined, what: string): Promise<string> {
  const challenge = refusal.headers.get('www-authenticate') ?? '';
  const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  if (/^basic/i.test(challenge) && basic) return basic;
  const fields = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const realm = fields.get('realm');
  if (!/^bearer/i.test(challenge) || realm === undefined) {
    throw new Error(`${what}: ${new URL(refusal.url).origin} says HTTP 401: the login is missing or refused`);
  }
  const url = new URL(realm);
  for (const name of ['service', 'scope']) url.searchParams.set(name, fields.get(name) ?? '');
  const answer = await fetch(url, { ...(basic && { headers: { authorization: basic } }) });
  if (!answer.ok) throw new Error(`${what}: ${url.origin} gives no token: HTTP ${answer.status}`);
  const shape = z.object({ token: z.string().optional(), access_token: z.string().optional() });
  const { token, access_token: other } = shape.parse(await answer.json());
  return `Bearer ${token ?? other ?? ''}`;
}
