/** A registry in this process: https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import tar from 'tar-stream';

export const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

export interface RegistryOptions {
  /** A token is asked for, which this name and password get. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Whether the answers say the digest of what they are. */
  readonly tellsDigest?: boolean;
}

export interface Registry {
  readonly port: number;
  readonly url: string;
  /** Paths that were asked for, with their method. */
  readonly asked: string[];
  /** Puts an image with one layer, and gives its digest. */
  push(repository: string, tag: string, layer: Buffer, config: object): string;
  close(): Promise<void>;
}

export const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const token = 'token-of-the-registry';

export async function startRegistry({ login, tellsDigest = true }: RegistryOptions = {}): Promise<Registry> {
  const blobs = new Map<string, Buffer>();
  const tags = new Map<string, string>();
  const asked: string[] = [];
  const put = (bytes: Buffer) => {
    blobs.set(sha256(bytes), bytes);
    return { digest: sha256(bytes), size: bytes.length };
  };
  const give = (c: Context, digest: string | undefined, type: string) => {
    const bytes = blobs.get(digest ?? '');
    if (!bytes || digest === undefined) return c.json({ errors: [{ code: 'MANIFEST_UNKNOWN' }] }, 404);
    if (tellsDigest) c.header('docker-content-digest', digest);
    c.header('content-type', type);
    return c.body(new Uint8Array(bytes));
  };

  const app = new Hono();
  app.get('/token', (c) => {
    const given = c.req.header('authorization') ?? '';
    const right = `Basic ${Buffer.from(`${login?.username}:${login?.password}`).toString('base64')}`;
    asked.push(`token for ${c.req.query('scope')}`);
    return given === right ? c.json({ token }) : c.json({ errors: [{ code: 'UNAUTHORIZED' }] }, 401);
  });
  app.use('/v2/*', async (c, next) => {
    asked.push(`${c.req.method} ${c.req.path}`);
    if (!login || c.req.header('authorization') === `Bearer ${token}`) return await next();
    const repository = /^\/v2\/(.+)\/(manifests|blobs)\//.exec(c.req.path)?.[1];
    const realm = new URL('/token', c.req.url).href;
    c.header('www-authenticate', `Bearer realm="${realm}",service="tiny",scope="repository:${repository}:pull"`);
    return c.json({ errors: [{ code: 'UNAUTHORIZED' }] }, 401);
  });
  app.get('/v2/', (c) => c.json({}));
  app.get('/v2/:path{.+}/manifests/:reference', (c) => {
    const { path, reference } = c.req.param();
    return give(c, tags.get(`${path}:${reference}`) ?? reference, manifestType);
  });
  app.get('/v2/:path{.+}/blobs/:digest', (c) => give(c, c.req.param('digest'), 'application/octet-stream'));

  return await new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve({
        port,
        url: `http://127.0.0.1:${port}`,
        asked,
        push(repository, tag, layer, config) {
          const rootfs = { type: 'layers', diff_ids: [sha256(layer)] };
          const whole = { architecture: 'amd64', os: 'linux', config, rootfs };
          const manifest = {
            schemaVersion: 2,
            mediaType: manifestType,
            config: {
              mediaType: 'application/vnd.docker.container.image.v1+json',
              ...put(Buffer.from(JSON.stringify(whole))),
            },
            layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', ...put(layer) }],
          };
          const { digest } = put(Buffer.from(JSON.stringify(manifest)));
          tags.set(`${repository}:${tag}`, digest);
          return digest;
        },
        close: () => new Promise((closed) => server.close(() => closed())),
      }),
    );
  });
}

/** A layer with these files, which may be run; a name that ends in `/` is a folder. */
export async function layerOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const pack = tar.pack();
  for (const [name, content] of Object.entries(files)) {
    const type = name.endsWith('/') ? 'directory' : 'file';
    pack.entry({ name, type, mode: 0o755, mtime: new Date(0) }, content);
  }
  pack.finalize();
  return await buffer(pack);
}
