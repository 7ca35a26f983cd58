import { describe, expect, test } from 'vitest';
import { chatsIn, hostsOfProduction } from '../../policy/production.ts';
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

  test('hosts as a whole, not as a part of a longer name', () => {
    const file = (url: string) => workload({ files: { 'config/app.env': `DATABASE_URL=${url}\n` } });
    const [first] = said(rule, { stack: 'staging', inputs: file('postgres://shop@SHOP.example.org:5432/shop') });
    expect(first).toContain("files.config/app.env.content: found production's host 'shop.example.org'");
    expect(said(rule, { stack: 'shop-pr-7', inputs: file('https://pr-7.shop.example.org') })).toEqual([]);
  });

  test('hosts, databases and buckets of the configuration', () => {
    const files = { 'config/app.env': 'URL=postgres://db.internal/orders?ssl=on\nMEDIA=r2://shop-media/a\n' };
    const settings = { hosts: ['db.internal'], databases: ['orders'], buckets: ['shop-media'] };
    const found = said(rule, { stack: 'shop-pr-7', inputs: workload({ files }) }, settings);
    expect(found.map((text) => /production's \w+ '[^']+'/.exec(text)?.[0])).toEqual([
      "production's host 'db.internal'",
      "production's database 'orders'",
      "production's bucket 'shop-media'",
    ]);
    const other = { 'config/app.env': 'URL=postgres://db.internal.example.org/orders-pr-7\n' };
    expect(said(rule, { stack: 'shop-pr-7', inputs: workload({ files: other }) }, settings)).toEqual([]);
  });

  test('the bucket that an app is told', () => {
    const told = (bucket: string) => workload({ files: { 'config/app.env': `A=b\nS3_BUCKET=${bucket}\n` } });
    expect(said(rule, { stack: 'shop-pr-7', inputs: told('shop') })[0]).toContain("found the bucket 'shop'");
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
