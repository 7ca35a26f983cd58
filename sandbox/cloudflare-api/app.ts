/** The parts of https://api.cloudflare.com/client/v4 that this program uses, and a control beside them. */
import { Hono } from 'hono';
import { callerOf, digestOf } from './access.ts';
import { type Api, prefix } from './api.ts';
import { apiTokens } from './api-tokens.ts';
import { dnsRecords } from './dns-records.ts';
import { Refusal, refuse } from './envelope.ts';
import { cloudflareFaults } from './faults.ts';
import { pagesDeployments } from './pages-deployments.ts';
import { pagesDomains } from './pages-domains.ts';
import { pagesProjects } from './pages-projects.ts';
import { r2Buckets } from './r2-buckets.ts';
import type { Store } from './store.ts';
import { zones } from './zones.ts';

/** @param token the API token that may do everything */
export function cloudflareApi(store: Store, token: string): Hono<Api> {
  const owner = digestOf(token);
  const faults = cloudflareFaults();
  const parts = [zones, dnsRecords, pagesProjects, pagesDomains, pagesDeployments, r2Buckets, apiTokens];
  const api = new Hono<Api>();
  api.use(async (c, next) => {
    c.set('caller', callerOf(c.req.header('authorization'), owner, store.state));
    await next();
  });
  for (const part of parts) api.route('/', part(store));

  const app = new Hono<Api>();
  app.route('/stand-in/faults', faults.routes);
  app.use(`${prefix}/*`, faults.middleware);
  app.route(prefix, api);
  app.notFound((c) => {
    const message = `Could not route to ${c.req.path}, perhaps your object identifier is invalid?`;
    return refuse(c, new Refusal(404, 7003, message));
  });
  app.onError((error, c) => {
    if (error instanceof Refusal) return refuse(c, error);
    // A mistake of the stand-in itself has to be found.
    console.error(error);
    return refuse(c, new Refusal(500, 10013, 'An unknown error has occurred'));
  });
  return app;
}
