import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Found } from '../../../cli/sweep/found.ts';
import { previewOfHost } from '../../../cli/sweep/host-name.ts';
import { previewOf } from '../../../cli/sweep/preview-of.ts';
import { slugOf, type Stage } from '../../../stacks/names.ts';
import { podDomains } from '../../../stacks/planned-project.ts';
import { project } from '../../../stacks/project.ts';
import { hostedProjects } from '../../../stacks/projects.ts';
import { hosting, project as spec } from '../../stacks/inputs.ts';
import { planned } from '../../stacks/planned.ts';
import { projects, thingsCalled } from './previews.ts';

const shop = { project: 'shop', pullRequest: 7 };
const on = { server: 'main' };

describe('S3.2: whose preview a thing is', () => {
  test('all that is called after a preview is its own', () => {
    const things = thingsCalled('shop-pr-7', 'pr-7.shop.example.org').filter(({ kind }) => kind !== 'environment');
    for (const thing of things) expect([thing, previewOf(thing, projects)]).toEqual([thing, shop]);
    expect(previewOf({ kind: 'environment', project: 'shop', name: 'pr-7' }, projects)).toEqual(shop);
  });

  test('and so are its shared databases', () => {
    const own: Found[] = [
      { ...on, kind: 'workload', name: 'shop-shared-pr-7', owner: 'codeb-infra/shop-pr-7' },
      { ...on, kind: 'pod', name: 'project-shop-shared-pr-7' },
      { ...on, kind: 'container', name: 'shop-shared-pr-7-postgres' },
    ];
    for (const thing of own) expect(previewOf(thing, projects)).toEqual(shop);
  });

  test.each<[string, Found]>([
    ['a stack by its number alone', { kind: 'stack', name: 'pr-7', isBusy: false }],
    ['a stack of one chat that is called like one', { kind: 'stack', name: 'sprintsolo-chat-pr-7', isBusy: false }],
    ['a stack of an unknown project', { kind: 'stack', name: 'blog-pr-7', isBusy: false }],
    ['a stack of shared databases', { kind: 'stack', name: 'shop-shared-pr-7', isBusy: false }],
    ['a number with a zero before it', { ...on, kind: 'folder', name: 'shop-pr-07' }],
    [
      'a workload that another stack made',
      { ...on, kind: 'workload', name: 'shop-pr-7', owner: 'codeb-infra/production' },
    ],
    ['a workload of another preview', { ...on, kind: 'workload', name: 'shop-pr-7', owner: 'codeb-infra/shop-pr-8' }],
    [
      'a lease of another stack',
      { ...on, kind: 'lease', name: 'shop-pr-7/app', owner: 'codeb-infra/staging', port: 1 },
    ],
    ['a container of the project shop-pr-1-admin', { ...on, kind: 'container', name: 'shop-pr-1-admin-app' }],
    ['a site of the project shop-pr-1-admin', { kind: 'pages project', name: 'shop-pr-1-admin', domains: [] }],
    ['another environment', { kind: 'environment', project: 'shop', name: 'pr-7-old' }],
    ['another token', { kind: 'API token', id: '1', name: 'codeb shop-pr-7' }],
    [
      'a site whose domain is not a preview’s',
      { kind: 'pages project', name: 'sprint-a-5-pr-1764547200', domains: ['a-5-pr.sprint.solo.dev'] },
    ],
    [
      'a record of a chat that is called like a preview',
      {
        kind: 'DNS record',
        id: '1',
        zoneId: '1',
        name: 'pr-7.sprint.solo.dev',
        content: 'sprint-pr-7-1764547200.pages.dev',
      },
    ],
    [
      'a record of a chat whose site is called like one',
      {
        kind: 'DNS record',
        id: '1',
        zoneId: '1',
        name: 'a-5-pr.sprint.solo.dev',
        content: 'sprint-a-5-pr-17.pages.dev',
      },
    ],
  ])('%s is none', (_, thing) => {
    expect(previewOf(thing, projects)).toBeUndefined();
  });

  test('a custom domain leads to its preview by the site that it names', () => {
    const record = { kind: 'DNS record', id: '1', zoneId: '1', name: 'www.customer.example' } as const;
    const sprintsolo = { project: 'sprintsolo', pullRequest: 7 };
    expect(previewOf({ ...record, content: 'sprint-abc-17-pr-7.pages.dev' }, projects)).toEqual(sprintsolo);
    expect(previewOf({ ...record, content: '373f31e2.sprintsolo-pr-7-1.pages.dev' }, projects)).toEqual(sprintsolo);
    expect(previewOf({ ...record, content: 'sprint-abc-17.pages.dev' }, projects)).toBeUndefined();
  });
});

const stage = fc.oneof(
  fc.constantFrom<Stage>({ environment: 'production' }, { environment: 'staging' }),
  fc.integer({ min: 1, max: 99 }).map((pullRequest): Stage => ({ environment: 'preview', pullRequest })),
);

/** Kinds that are called after a part of a project. */
const withParts: Found['kind'][] = ['container', 'volume', 'pages project'];

/** One whose containers are called like previews of another. */
const all = [...projects, project.parse(spec('shop-pr'))];

test('S3.2: nothing that is called after production or staging is ever a preview’s', () => {
  const name = fc.constantFrom(...all.map((one) => one.name));
  fc.assert(
    fc.property(name, stage, fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/), (project, at, label) => {
      const slug = slugOf(project, at);
      const host =
        at.environment === 'production' ? `${project}.example.org` : `${at.environment}.${project}.example.org`;
      const own = at.environment === 'preview' ? { project, pullRequest: at.pullRequest } : undefined;
      const parts = thingsCalled(`${slug}-${label}`, host).filter(({ kind }) => withParts.includes(kind));
      for (const thing of [...thingsCalled(slug, host), ...parts]) {
        const found = previewOf(thing, all);
        if (found) expect([thing, found]).toEqual([thing, own]);
      }
    }),
  );
});

describe('S4.2: names of hosts are read backwards', () => {
  const chats = [{ id: 'abc123', created: 1764547200 }];
  const given = (environment: object, only?: string) => {
    const { servers, cloudflare, projects: all } = hosting('production');
    const chosen = only === 'sprintsolo' ? { [only]: { chats } } : only === undefined ? all : { [only]: {} };
    return planned({ settings: { servers, cloudflare, projects: chosen, ...environment }, projects: hostedProjects });
  };
  const namesIn = (plan: ReturnType<typeof given>) =>
    plan.projects.flatMap(({ name, pod, sites }) =>
      [...(pod ? podDomains(pod) : []), ...sites.flatMap(({ domains }) => domains)].map(
        (host) => [name, host] as const,
      ),
    );

  test.each(hostedProjects.filter(({ environments }) => environments.preview).map(({ name }) => name))(
    'a preview of %s',
    (project) => {
      const names = namesIn(given({ environment: 'preview', pullRequest: 7 }, project));
      expect(names.length).toBeGreaterThan(0);
      for (const [, host] of names)
        expect([host, previewOfHost(host, projects)]).toEqual([host, { project, pullRequest: 7 }]);
    },
  );

  test.each(['production', 'staging'])('no name of %s', (environment) => {
    const names = namesIn(given({ environment }));
    expect(names.length).toBeGreaterThan(6);
    for (const [, host] of names) expect(previewOfHost(host, projects)).toBeUndefined();
  });

  test('no name that two projects could have, or that an owner chose', () => {
    const twin = (name: string) => project.parse(spec(name, { domain: { base: 'example.org', host: 'same' } }));
    const host = 'pr-7.same.example.org';
    expect(previewOfHost(host, [twin('one')])).toEqual({ project: 'one', pullRequest: 7 });
    expect(previewOfHost(host, [twin('one'), twin('two')])).toBeUndefined();
    const chosen = { production: { server: 'main', customDomains: [host] } };
    expect(previewOfHost(host, [twin('one'), project.parse(spec('two', { environments: chosen }))])).toBeUndefined();
  });
});
