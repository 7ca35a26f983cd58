import { describe, expect, test } from 'vitest';
import { chatsIn, databasesOfProduction, hostsOfProduction } from '../../policy/production.ts';
import { productionData } from '../../policy/rules/production-data.ts';
import { said, workload } from './subject.ts';

const rule = productionData(['shop.example.org']);
const projects = '/var/lib/codeb/projects';

describe('S3.2: previews and staging never name what is production’s', () => {
  test('slugs, leases and buckets have the ending of their stage', () => {
    expect(said(rule, { stack: 'shop-pr-7', inputs: { slug: 'shop' } })).toEqual([
      "codeb:index:Workload 'shop': slug: found 'shop', expected a name of the preview shop-pr-7: 'shop-pr-7'",
    ]);
    const lease = 'codeb:index:PortLease';
    expect(said(rule, { stack: 'shop-pr-7', type: lease, inputs: { owner: 'shop-pr-70/app' } })).toHaveLength(1);
    expect(said(rule, { stack: 'shop-pr-7', type: lease, inputs: { owner: 'shop-pr-7/app' } })).toEqual([]);
    expect(said(rule, { stack: 'shop-pr-7', type: lease, inputs: { owner: 'shop-shared-pr-7/postgres' } })).toEqual([]);
    expect(said(rule, { stack: 'shop-pr-7', type: lease, inputs: { owner: 'blog-pr-7/app' } })).toHaveLength(1);
    expect(said(rule, { stack: 'staging', type: lease, inputs: { owner: 'shop-staging/app' } })).toEqual([]);
    expect(said(rule, { stack: 'staging', type: lease, inputs: { owner: 'shop-pr-7/app' } })).toHaveLength(1);
    const bucket = 'cloudflare:index/r2Bucket:R2Bucket';
    expect(said(rule, { stack: 'shop-pr-7', type: bucket, inputs: { name: 'shop' } })).toHaveLength(1);
  });

  test('folders of another stage in any text', () => {
    const units = {
      'shop-pr-7-app.container': `Volume=${projects}/shop-pr-7/app:/a\nVolume=${projects}/shop/data/postgres:/b\n`,
    };
    expect(said(rule, { stack: 'shop-pr-7', inputs: workload({ units }) })).toEqual([
      `codeb:index:Workload 'shop': units.shop-pr-7-app.container.content: found the folder ${projects}/shop, ` +
        `expected a folder of the preview shop-pr-7: ${projects}/shop-pr-7`,
    ]);
    expect(said(rule, { stack: 'production', inputs: workload({ units }) })).toEqual([]);
  });

  const unit = (lines: string) => workload({ units: { 'shop-pr-7-app.container': `[Container]\n${lines}\n` } });
  const container = 'docker:index/container:Container';

  test.each([
    ['Network=shop.network', 'shop'],
    ['Network = shop.network:ip=10.88.0.5', 'shop'],
    ['Network=none\nNetwork=shop', 'shop'],
    ['Network=container:shop-postgres', 'shop-postgres'],
    ['Network=shop-postgres.container', 'shop-postgres'],
    ['Pod=project-shop.pod', 'shop'],
    ['Pod=shop.pod', 'shop'],
    ['NetworkName=shop', 'shop'],
    ['PodName=project-shop', 'shop'],
    ['PodmanArgs=--log-level=info --network shop', 'shop'],
    ['PodmanArgs=--network=shop:alias=db', 'shop'],
    ['PodmanArgs=--pod=project-shop', 'shop'],
    ['Network=shop-pr-70.network', 'shop-pr-70'],
    ['Network=shop-staging.network', 'shop-staging'],
  ])('pods and networks that a unit joins: %s', (lines, slug) => {
    const found = said(rule, { stack: 'shop-pr-7', inputs: unit(lines) });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^codeb:index:Workload 'shop': units\.shop-pr-7-app\.container: (Network|NetworkName|Pod|PodName|PodmanArgs): /,
    );
    expect(found[0]).toMatch(
      new RegExp(`: found '.*${slug}.*', expected a pod or network of the preview shop-pr-7: 'shop-pr-7'$`),
    );
    expect(said(rule, { stack: 'production', inputs: unit(lines) })).toEqual([]);
  });

  test.each([
    ['Network=shop-pr-7.network'],
    ['Network=shop-pr-7.network:ip=10.88.0.5'],
    ['Network=shop-shared-pr-7.network'],
    ['NetworkName=shop-pr-7'],
    ['Pod=project-shop-pr-7.pod'],
    ['PodName=project-shop-pr-7'],
    ['Network=container:shop-pr-7-app'],
    ['PodmanArgs=--network=shop-pr-7 --userns=keep-id'],
    ...['none', 'host', 'bridge', 'private', 'pasta:-T,8080', 'slirp4netns:mtu=1500', 'ns:/run/netns/x'].map((mode) => [
      `Network=${mode}`,
    ]),
  ])('its own, and those that have no name: %s', (lines) => {
    expect(said(rule, { stack: 'shop-pr-7', inputs: unit(lines) })).toEqual([]);
  });

  test('networks that a container of Docker joins, and makes', () => {
    const check = (inputs: object, stack = 'shop-pr-7') => said(rule, { stack, type: container, inputs });
    expect(check({ networkMode: 'project-shop' })).toEqual([
      "docker:index/container:Container 'shop': networkMode: found 'project-shop', " +
        "expected a pod or network of the preview shop-pr-7: 'shop-pr-7'",
    ]);
    expect(check({ networkMode: 'project-shop' }, 'staging')).toHaveLength(1);
    expect(check({ networkMode: 'container:shop-postgres' })).toHaveLength(1);
    expect(check({ networksAdvanced: [{ name: 'project-shop-pr-7' }, { name: 'project-shop' }, {}] })).toEqual([
      expect.stringContaining("networksAdvanced[1].name: found 'project-shop'"),
    ]);
    const type = 'docker:index/network:Network';
    expect(said(rule, { stack: 'shop-pr-7', type, inputs: { name: 'project-shop' } })).toHaveLength(1);
    for (const mode of ['project-shop-pr-7', 'container:shop-pr-7-app', 'none', 'host', 'bridge', 'default']) {
      expect(check({ networkMode: mode })).toEqual([]);
    }
    // An id says nothing of whose it is.
    expect(check({ networkMode: 'a'.repeat(64) })).toEqual([]);
    expect(said(rule, { stack: 'shop-pr-7', type, inputs: { name: 'project-shop-pr-7' } })).toEqual([]);
    expect(check({ networkMode: 'project-shop-staging' }, 'staging')).toEqual([]);
  });

  test('hosts of databases, by which containers of a network find them', () => {
    const own = productionData(
      databasesOfProduction([
        { name: 'shop', domain: { base: 'example.org' }, environments: { production: { server: 'main' } } },
      ]),
    );
    const told = (value: string, stack = 'shop-pr-7') =>
      said(own, { stack, type: container, inputs: { envs: [value] } });
    for (const value of [
      'URL=postgres://u:p@shop-postgres:5432/shop',
      'REDIS_HOST=shop-redis',
      'A=shared-postgres:5432',
    ]) {
      for (const stack of ['shop-pr-7', 'staging']) {
        expect(told(value, stack)).toEqual([
          expect.stringMatching(/envs\.0: found production's host 's[a-z]+-[a-z]+', expected/),
        ]);
      }
    }
    for (const value of [
      'URL=redis://:p@shop-pr-7-redis:6379',
      'A=shop-postgres-admin',
      'A=my-shop-postgres',
      'A=connect-redis',
    ]) {
      expect(told(value)).toEqual([]);
    }
    expect(told('URL=postgres://u:p@shop-staging-postgres:5432/shop', 'staging')).toEqual([]);
    const files = { 'config/app.env': 'DATABASE_URL=postgres://u:p@shop-postgres:5432/shop\n' };
    expect(said(own, { stack: 'shop-pr-7', inputs: workload({ files }) })).toHaveLength(1);
  });

  test('hosts as a whole, not as a part of a longer name', () => {
    const file = (url: string) => workload({ files: { 'config/app.env': `DATABASE_URL=${url}\n` } });
    expect(said(rule, { stack: 'staging', inputs: file('postgres://shop@SHOP.example.org:5432/shop') })).toEqual([
      "codeb:index:Workload 'shop': files.config/app.env.content: found production's host 'shop.example.org', " +
        "expected a name of staging, which never touches production's",
    ]);
    expect(said(rule, { stack: 'shop-pr-7', inputs: file('https://pr-7.shop.example.org') })).toEqual([]);
  });

  test('hosts, databases and buckets of the configuration', () => {
    const files = { 'config/app.env': 'URL=postgres://db.internal/orders?ssl=on\nMEDIA=r2://shop-media/a\n' };
    const settings = { hosts: ['db.internal'], databases: ['orders'], buckets: ['shop-media'] };
    const found = said(rule, { stack: 'shop-pr-7', inputs: workload({ files }) }, settings);
    const expected = "expected a name of the preview shop-pr-7, which never touches production's";
    expect(found.map((text) => text.replace(/^.*: /, ''))).toEqual([
      `found production's host 'db.internal', ${expected}`,
      `found production's database 'orders', ${expected}`,
      `found production's bucket 'shop-media', ${expected}`,
    ]);
    const other = { 'config/app.env': 'URL=postgres://db.internal.example.org/orders-pr-7\n' };
    expect(said(rule, { stack: 'shop-pr-7', inputs: workload({ files: other }) }, settings)).toEqual([]);
  });

  test('the bucket that an app is told', () => {
    const told = (bucket: string) => workload({ files: { 'config/app.env': `A=b\nS3_BUCKET=${bucket}\n` } });
    expect(said(rule, { stack: 'shop-pr-7', inputs: told('shop') })).toEqual([
      "codeb:index:Workload 'shop': files.config/app.env.content: found the bucket 'shop', " +
        "expected a bucket of the preview shop-pr-7: 'shop-pr-7'",
    ]);
    expect(said(rule, { stack: 'shop-pr-7', inputs: told('shop-pr-7') })).toEqual([]);
  });

  test('the zone of a record, and what belongs to a server that stages share, are no data', () => {
    const type = 'codeb:index:RecordSet';
    const inputs = { zone: 'shop.example.org', name: 'pr-7.shop.example.org' };
    expect(said(rule, { stack: 'shop-pr-7', type, inputs })).toEqual([]);
    expect(said(rule, { stack: 'shop-pr-7', type, inputs: { ...inputs, name: 'shop.example.org' } })).toHaveLength(1);
    const types = ['codeb:index:Server', 'command:remote:Command'];
    const command = { create: 'prepare zones=shop.example.org' };
    expect(said(rule, { stack: 'shop-pr-7', type: 'command:remote:Command', types, inputs: command })).toEqual([]);
  });

  test('hosts follow from the projects: their names, their own domains, services that run elsewhere', () => {
    const hosts = hostsOfProduction([
      {
        name: 'shop',
        domain: { base: 'example.org' },
        environments: {
          production: { server: 'main', customDomains: ['shop.example.com'] },
          preview: { server: 'main' },
        },
        services: { apps: { app: { image: 'ghcr.io/example/shop:1' } } },
        externals: { data: { kind: 'supabase', environments: { production: { host: 'abc.supabase.co' } } } },
      },
    ]);
    expect(hosts).toEqual(['shop.example.org', 'shop.example.com', 'abc.supabase.co']);
  });
  test('and the names of their sites on Pages, those of the stack’s chats included', () => {
    const shop = {
      name: 'shop',
      domain: { base: 'example.org' },
      environments: { production: {}, preview: {} },
      pages: { subdomain: 'docs' },
      chats: { base: 'chats.dev', prefix: 'sprint', layout: 'project' },
    } as const;
    const own = ['docs.shop.example.org', 'shop-docs.pages.dev'];
    expect(hostsOfProduction([shop])).toEqual(own);
    const settings = (projects: unknown) => JSON.stringify({ 'codeb:projects': JSON.stringify(projects) });
    const chats = [{ id: 'abc123', created: 1764547200, customDomain: 'www.example.com' }];
    expect(hostsOfProduction([shop], chatsIn(settings({ shop: { chats } })))).toEqual([
      ...own,
      ...['abc123.chats.dev', 'sprint-abc123-1764547200.pages.dev'],
    ]);
    expect(hostsOfProduction([{ ...shop, environments: { preview: {} } }], { shop: [] })).toEqual([]);
    for (const given of [undefined, '{}', settings({ shop: { chats: 'all' } }), settings({ shop: {} })]) {
      expect(hostsOfProduction([shop], chatsIn(given))).toEqual(own);
    }
  });
});
