/** https://developers.cloudflare.com/api/resources/pages/subresources/projects/subresources/domains/ */
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Api } from './api.ts';
import { answer, answerPage, bodyOf, Refusal } from './envelope.ts';
import { projectOf } from './pages-projects.ts';
import type { DnsRecord, PagesProject, State } from './state.ts';
import type { Store } from './store.ts';

/** Of a project on the free plan: https://developers.cloudflare.com/pages/platform/limits/#custom-domains */
export const mostDomains = 100;

type Domain = PagesProject['domains'][number];

export function pagesDomains(store: Store): Hono<Api> {
  const { state } = store;
  const path = '/accounts/:account/pages/projects/:project/domains';
  return new Hono<Api>()
    .get(path, (c) => {
      const project = projectOf(c, state, 'Pages Read', 'Pages Write');
      return answerPage(c, project.domains, { usual: 20, most: 100 }, (domain) => shown(domain, project, state));
    })
    .post(path, async (c) => {
      const project = projectOf(c, state, 'Pages Write');
      const { name } = await bodyOf(c, z.object({ name: z.hostname().toLowerCase() }), 8000017);
      if (state.pagesProjects.some(({ domains }) => domains.some((one) => one.name === name))) {
        throw new Refusal(409, 8000018, 'You have already added this custom domain.');
      }
      if (project.domains.length >= mostDomains) {
        throw new Refusal(400, 8000019, `You have reached the limit of ${mostDomains} custom domains of this project.`);
      }
      const domain = { id: randomUUID(), name, createdOn: new Date().toISOString() };
      store.change(() => project.domains.push(domain));
      return answer(c, shown(domain, project, state));
    })
    .get(`${path}/:domain`, (c) => {
      const project = projectOf(c, state, 'Pages Read', 'Pages Write');
      return answer(c, shown(domainOf(c, project), project, state));
    })
    .patch(`${path}/:domain`, (c) => {
      const project = projectOf(c, state, 'Pages Write');
      return answer(c, shown(domainOf(c, project), project, state));
    })
    .delete(`${path}/:domain`, (c) => {
      const { domains } = projectOf(c, state, 'Pages Write');
      const domain = domainOf(c, { domains });
      store.change(() => domains.splice(domains.indexOf(domain), 1));
      return answer(c, null);
    });
}

function domainOf(c: Context<Api>, { domains }: Pick<PagesProject, 'domains'>): Domain {
  const found = domains.find(({ name }) => name === c.req.param('domain'));
  if (!found) throw new Refusal(404, 8000021, 'The specified custom domain is not one of this project.');
  return found;
}

function shown({ id, name, createdOn }: Domain, project: PagesProject, state: State) {
  const status = recordToPages(name, project, state) ? 'active' : 'pending';
  return {
    id,
    domain_id: id,
    name,
    status,
    validation_data: { method: 'http', status },
    verification_data: { status },
    certificate_authority: 'google',
    zone_tag: zoneOf(name, state)?.id ?? '',
    created_on: createdOn,
  };
}

/**
 * What a domain is served by: the name is a proxied CNAME of the project, or of a name below it, which tells the branch or
 * the deployment. Source: https://developers.cloudflare.com/pages/how-to/custom-branch-aliases/
 */
export function recordToPages(domain: string, project: PagesProject, state: State): DnsRecord | undefined {
  const zone = zoneOf(domain, state);
  return state.dnsRecords.find(
    (record) =>
      record.zone === zone?.id &&
      record.name === domain &&
      record.type === 'CNAME' &&
      `.${record.content}`.endsWith(`.${project.name}.pages.dev`) &&
      record.proxied,
  );
}

function zoneOf(name: string, { zones }: State) {
  return zones.find((zone) => name === zone.name || name.endsWith(`.${zone.name}`));
}
