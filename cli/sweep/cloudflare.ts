/** What previews have on Cloudflare. Source: https://developers.cloudflare.com/api/ */
import { z } from 'zod';
import type { CloudflareApi } from '../../cloudflare/api.ts';
import type { Project } from '../../stacks/project.ts';
import type { Cloudflare } from '../../stacks/settings.ts';
import type { OnCloudflare } from './found.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const pagesProjects = z.array(z.object({ name: z.string(), domains: z.array(z.string()), created_on: time }));
const buckets = z.object({ buckets: z.array(z.object({ name: z.string(), creation_date: time })) });
const tokens = z.array(z.object({ id: z.string(), name: z.string() }));
const records = z.array(
  z.object({ id: z.string(), name: z.string(), content: z.string().default(''), comment: z.string().nullish() }),
);

/** The comment on each record that this program makes: components/dns-record.ts. */
const comment = 'codeb';
const mark = /(^|[.-])pr-[1-9]/;

type Listing = () => Promise<OnCloudflare[]>;

/** Each part of an account that the hosted projects use, asked on its own: a token may not be allowed all of them. */
export function listingsOf(
  api: CloudflareApi,
  { accountId, zones }: Cloudflare,
  projects: readonly Project[],
): Record<string, Listing> {
  const account = `/accounts/${accountId}`;
  const sites = projects.some(({ pages, chats }) => pages ?? chats);
  const withBucket = projects.some(({ bucket }) => bucket);
  const marked = <T extends { name: string }>(found: T[]) => found.filter(({ name }) => mark.test(name));
  const listings: Record<string, Listing> = {
    ...(sites && {
      'Pages projects': async () =>
        marked(await api.list(`${account}/pages/projects`, pagesProjects)).map(({ created_on: at, ...rest }) => ({
          kind: 'pages project',
          at,
          ...rest,
        })),
    }),
    ...(withBucket && {
      buckets: async () =>
        marked((await api.get(`${account}/r2/buckets?per_page=1000&name_contains=-pr-`, buckets)).buckets).map(
          ({ name, creation_date: at }) => ({ kind: 'bucket', name, at }),
        ),
    }),
    ...((sites || withBucket) && {
      'API tokens': async () =>
        marked(await api.list('/user/tokens', tokens)).map((token) => ({ kind: 'API token', ...token })),
    }),
  };
  for (const [zone, { id: zoneId }] of Object.entries(zones)) {
    listings[`records of ${zone}`] = async () =>
      (await api.list(`/zones/${zoneId}/dns_records`, records))
        .filter((record) => record.comment === comment && (mark.test(record.name) || mark.test(record.content)))
        .map(({ id, name, content }) => ({ kind: 'DNS record', id, name, content, zoneId }));
  }
  return listings;
}

export async function removeFromCloudflare(api: CloudflareApi, accountId: string, thing: OnCloudflare): Promise<void> {
  const account = `/accounts/${accountId}`;
  switch (thing.kind) {
    case 'pages project': {
      const project = `${account}/pages/projects/${thing.name}`;
      const own = thing.domains.filter((domain) => !domain.endsWith('.pages.dev'));
      // Cloudflare keeps a project that has domains.
      for (const domain of own) await api.remove(`${project}/domains/${domain}`);
      return await api.remove(project);
    }
    case 'bucket':
      await expireObjects(api, accountId, thing.name);
      return await api.remove(`${account}/r2/buckets/${thing.name}`);
    case 'API token':
      return await api.remove(`/user/tokens/${thing.id}`);
    case 'DNS record':
      return await api.remove(`/zones/${thing.zoneId}/dns_records/${thing.id}`);
  }
}

/**
 * Cloudflare keeps a bucket that has objects: with this rule they are gone within two days, and the sweep after that
 * removes it. Source: https://developers.cloudflare.com/r2/buckets/object-lifecycles/
 */
export async function expireObjects(api: CloudflareApi, accountId: string, bucket: string): Promise<void> {
  const oneDay = { condition: { type: 'Age', maxAge: 24 * 3600 } };
  const rule = { id: 'closed preview', enabled: true, conditions: { prefix: '' }, deleteObjectsTransition: oneDay };
  await api.put(`/accounts/${accountId}/r2/buckets/${bucket}/lifecycle`, { rules: [rule] });
}
