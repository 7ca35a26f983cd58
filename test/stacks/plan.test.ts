import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plan } from '../../stacks/plan.ts';
import { codeb } from '../../stacks/projects/codeb.ts';
import { hosting, project, server, settings, withApp } from './inputs.ts';
import { planned } from './planned.ts';

const withShared = project('shop', {
  services: {
    apps: { app: { image: 'ghcr.io/example/app:1.0.0' } },
    postgres: { kind: 'shared' },
    redis: { kind: 'shared' },
  },
});

describe('a plan', () => {
  test('is the same for the same input, which it leaves as it was', () => {
    const input = { settings: settings(), projects: [project('shop'), withShared].slice(1) };
    const copy = structuredClone(input);
    expect(plan(input)).toEqual(plan(input));
    expect(input).toEqual(copy);
  });

  test('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.anything()), (given, projects) => {
        expect(plan({ settings: given, projects }).kind).toBe('refused');
      }),
    );
  });

  test('S2.2: keeps the tree of a project, and its passwords where nobody else reads them', () => {
    const data = { postgres: { kind: 'own' }, redis: { kind: 'own' } } as const;
    const [shop] = planned({
      settings: settings(),
      projects: [project('shop', { services: { ...withShared.services, ...data } })],
    }).projects;
    const pod = shop?.pod;
    expect(pod?.directory).toBe('/var/lib/codeb/projects/shop');
    expect(Object.keys(pod?.folders ?? {})).toEqual(['app', 'config', 'data', 'data/postgres', 'data/redis', 'logs']);
    expect(pod?.folders.config).toBe('0700');
    expect(pod?.passwords.map(({ path }) => path)).toEqual([
      '/var/lib/codeb/projects/shop/config/postgres.password',
      '/var/lib/codeb/projects/shop/config/redis.password',
    ]);
  });

  test('S4.6: shared databases are one instance a stack, with a slug of its own in each stage', () => {
    const slugs = (['production', 'staging'] as const).map((environment) => {
      const found = planned({ settings: settings({ environment }), projects: [withShared] });
      expect(found.servers.main?.shared?.ports).toEqual({});
      expect(found.projects[0]?.pod?.shared?.instance).toBe(found.servers.main?.shared?.slug);
      return found.servers.main?.shared?.slug;
    });
    expect(slugs).toEqual(['shared', 'shared-staging']);
  });

  test('S3.2, S4.6: a preview of the platform has databases of its own, whatever it shares elsewhere', () => {
    const { servers, ...rest } = hosting('production');
    const of = (environment: object) =>
      planned({ settings: { ...rest, servers, ...environment, projects: { codeb: {} } }, projects: [codeb] });
    const [production, first, second] = [
      of({ environment: 'production' }),
      of({ environment: 'preview', pullRequest: 7 }),
      of({ environment: 'preview', pullRequest: 8 }),
    ];
    const instances = [production, first, second].map((found) => {
      const shared = found.servers.codeb?.shared;
      const pod = found.projects[0]?.pod;
      expect(pod?.shared).toEqual({ instance: shared?.slug, sockets: shared?.sockets, kinds: ['postgres', 'redis'] });
      expect(shared?.passwords.map(({ path }) => path.startsWith(`${shared.directory}/`))).toEqual([true, true]);
      return [shared?.slug, shared?.directory, shared?.onDelete, shared?.protectData, pod?.slug];
    });
    const folder = '/var/lib/codeb/projects';
    expect(instances).toEqual([
      ['shared', `${folder}/shared`, 'keep', true, 'codeb'],
      ['codeb-shared-pr-7', `${folder}/codeb-shared-pr-7`, 'remove', false, 'codeb-pr-7'],
      ['codeb-shared-pr-8', `${folder}/codeb-shared-pr-8`, 'remove', false, 'codeb-pr-8'],
    ]);
    expect(JSON.stringify(first)).not.toContain(`${folder}/shared`);
    const [preview] = first.projects;
    expect(preview?.url).toBe('https://pr-7-api.codeb.dev');
    expect(preview?.pod?.ports.app).toMatchObject({ range: { from: 3200, to: 3299 } });
    expect(preview?.pod?.ports.app?.port).toBeUndefined();
    expect(preview?.github).toMatchObject({ owner: 'codeb', repository: 'api', environment: 'pr-7' });
  });

  test('S3.2: protects the data of a pod of its own, be it PostgreSQL’s or Redis’s, as the stack says', () => {
    const own = { kind: 'own' } as const;
    const { services } = project('shop');
    const projects = Object.entries({ shop: {}, data: { postgres: own }, cache: { redis: own } }).map(
      ([name, databases]) => project(name, { services: { ...services, ...databases } }),
    );
    const shielded = (given: Record<string, unknown>) =>
      planned({ settings: settings(given), projects }).projects.flatMap(({ pod }) =>
        pod?.protectData ? pod.slug : [],
      );
    expect(shielded({})).toEqual(['data', 'cache']);
    expect(shielded({ protectData: false })).toEqual([]);
    expect(shielded({ environment: 'staging' })).toEqual([]);
    expect(shielded({ environment: 'staging', protectData: true })).toEqual(['data-staging', 'cache-staging']);
  });

  test('has the shared instance only where a project of the server shares one', () => {
    const other = project('blog', { environments: { production: { server: 'other' } } });
    const { servers } = planned({
      settings: settings({ servers: { main: server, other: server } }),
      projects: [withShared, other],
    });
    expect(servers.main?.shared?.slug).toBe('shared');
    expect(servers.other?.shared).toBeUndefined();
  });

  test('runs the chosen projects alone, where the stack chooses, with its image and its server', () => {
    const image = 'ghcr.io/example/app:2.0.0';
    const { projects } = planned({
      settings: settings({
        servers: { main: server, other: server },
        projects: { shop: { images: { app: image }, server: 'other' } },
      }),
      projects: [project('shop'), project('blog')],
    });
    expect(projects.map(({ slug, pod }) => [slug, pod?.server, pod?.apps[0]?.image, pod?.apps[0]?.version])).toEqual([
      ['shop', 'other', image, '2.0.0'],
    ]);
  });

  test('S2.4, S4.3: has a record for each address, and none for a custom domain of another name server', () => {
    const spec = project('shop', {
      environments: { production: { server: 'main', customDomains: ['www.shop.example', 'shop2.example.org'] } },
    });
    const [shop] = planned({ settings: settings(), projects: [spec] }).projects;
    expect(shop?.pod?.apps[0]?.domains).toEqual(['shop.example.org', 'www.shop.example', 'shop2.example.org']);
    expect(shop?.records.map(({ name, type, values }) => [name, type, ...values])).toEqual([
      ['shop.example.org', 'A', '192.0.2.10'],
      ['shop.example.org', 'AAAA', '2001:db8::10'],
      ['shop2.example.org', 'A', '192.0.2.10'],
      ['shop2.example.org', 'AAAA', '2001:db8::10'],
    ]);
  });

  test('keeps data in production and removes it with a preview, unless the project says otherwise', () => {
    const onDelete = (changes: Record<string, unknown>, spec = project('shop')) =>
      planned({ settings: settings(changes), projects: [spec] }).projects[0]?.onDelete;
    expect(onDelete({ environment: 'production' })).toBe('keep');
    expect(onDelete({ environment: 'preview', pullRequest: 3, projects: { shop: {} } })).toBe('remove');
    const kept = project('shop', { onDelete: 'archive' });
    expect(onDelete({ environment: 'production' }, kept)).toBe('archive');
    expect(onDelete({ environment: 'preview', pullRequest: 3, projects: { shop: {} } }, kept)).toBe('remove');
  });

  test('takes a moving tag in staging, and a digest anywhere', () => {
    const moving = withApp('shop', { image: 'ghcr.io/example/app:latest' });
    expect(plan({ settings: settings({ environment: 'staging' }), projects: [moving] }).kind).toBe('ok');
    const pinned = withApp('shop', { image: `ghcr.io/example/app@sha256:${'a'.repeat(64)}` });
    expect(plan({ settings: settings(), projects: [pinned] }).kind).toBe('ok');
  });
});
