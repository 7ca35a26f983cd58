/** Cloudflare as visitors meet it: its sites over HTTPS, with a certificate of its own. */
import { createServer } from 'node:https';
import { serve } from '@hono/node-server';
import type { Box } from './box.ts';
import { shownSite } from './cloudflare-api/shown-site.ts';
import { Store } from './cloudflare-api/store.ts';

export interface Edge {
  readonly host: '127.0.0.1';
  readonly httpsPort: number;
  /** PEM; it has signed itself, for this run. */
  readonly certificate: string;
  end(): Promise<void>;
}

/**
 * @param state file of the API's state; the custom domains that it has now are in the certificate
 * @throws Error when the box cannot make a certificate
 */
export async function startEdge(box: Box, state: string): Promise<Edge> {
  const domains = new Store(state).state.pagesProjects.flatMap((project) => project.domains);
  const { key, certificate } = await selfSigned(
    box,
    domains.map(({ name }) => name),
  );
  const fetch = (request: Request): Response => {
    const { status, body } = shownSite(request.headers.get('host') ?? '', new Store(state).state);
    return new Response(body, { status });
  };
  const where = { hostname: '127.0.0.1', port: 0 } as const;
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, ...where, createServer, serverOptions: { key, cert: certificate } }, ({ port }) => {
      const end = () => new Promise<void>((ended) => server.close(() => ended()));
      resolve({ host: where.hostname, httpsPort: port, certificate, end });
    });
    server.once('error', reject);
  });
}

/** Made by the box's OpenSSL, as Node has no way to make one; the key passes through a pipe alone. */
async function selfSigned(box: Box, names: readonly string[]): Promise<{ key: string; certificate: string }> {
  const alternatives = ['pages.dev', ...names].map((name) => `DNS:${name}`).join();
  const { code, stdout, stderr } = await box.exec(
    'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Edge of the sandbox" ' +
      `-addext subjectAltName=${alternatives} -keyout - -out -`,
  );
  const [key, certificate] = stdout.match(/-----BEGIN [^]*?-----END [A-Z ]+-----\n/g) ?? [];
  if (code !== 0 || key === undefined || certificate === undefined) {
    throw new Error(`the box cannot make a certificate: ${stderr.trim()}`);
  }
  return { key, certificate };
}
