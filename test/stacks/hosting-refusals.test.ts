/** Mistakes in what goes beyond one app on one server, with the words that they are refused in. */
import { describe, expect, test } from 'vitest';
import { hosting, project, server, settings } from './inputs.ts';
import { planned } from './planned.ts';
import { describeRefusals, type Refusal } from './refusal.ts';

const image = 'ghcr.io/example/app:1.0.0';
const cloudflare = { accountId: 'a'.repeat(32), zones: { 'chats.dev': { id: 'b'.repeat(32) } } };
const chats = (count: number, layout: 'project' | 'branch' = 'project') => ({
  settings: settings({
    cloudflare,
    projects: { solo: { chats: Array.from({ length: count }, (_, index) => ({ id: `c${index}`, created: index })) } },
  }),
  projects: [
    {
      name: 'solo',
      domain: { base: 'chats.dev' },
      environments: { production: {} },
      chats: { base: 'chats.dev', prefix: 'sprint', layout },
    },
  ],
});
const withServices = (services: unknown, more: object = {}) => ({ ...project('shop'), services, ...more });
const withVariables = (variables: unknown, more: object = {}) => ({ ...project('shop'), variables, ...more });
const staging = settings({ environment: 'staging' });

const refusals: Refusal[] = [
  {
    name: 'S0.1: more sites than the account may have Pages projects',
    ...chats(101),
    says: [
      "codeb.projects.solo.chats: the plan needs 101 Pages projects, and the account takes 100 (codeb.cloudflare.pagesProjects); the layout 'branch' puts 100 chats into one",
    ],
  },
  {
    name: 'S0.1: one chat twice',
    ...chats(0),
    settings: settings({
      cloudflare,
      projects: {
        solo: {
          chats: [
            { id: 'a', created: 1 },
            { id: 'a', created: 2 },
          ],
        },
      },
    }),
    says: [
      "projects.solo.domain: 'a.chats.dev' is a domain of project 'solo'",
      "codeb.projects.solo.chats: chat 'a' is there twice",
    ],
  },
  {
    name: 'a chat whose name is outside every zone on Cloudflare',
    ...chats(1),
    settings: settings({
      cloudflare: { ...cloudflare, zones: {} },
      projects: { solo: { chats: [{ id: 'a', created: 1 }] } },
    }),
    says: ["projects.solo.chats.base: 'a.chats.dev' is outside every zone on Cloudflare (none)"],
  },
  {
    name: 'S1.6: a bucket without an account',
    projects: [{ ...project('shop'), bucket: { location: 'APAC' } }],
    says: [
      "projects.shop.bucket: is on Cloudflare, and the stack has no account: expected 'codeb.cloudflare.accountId'",
    ],
  },
  {
    name: 'a location that R2 does not have',
    projects: [{ ...project('shop'), bucket: { location: 'MARS' } }],
    says: ['projects.shop.bucket.location: Invalid option: expected one of "APAC"|"EEUR"|"ENAM"|"OC"|"WEUR"|"WNAM"'],
  },
  {
    name: 'no app, or two, with the project’s own name',
    projects: [withServices({ apps: { web: { image }, api: { image, port: 4000 } } })],
    says: [
      "projects.shop.services.apps: exactly one app has the project's own name (no subdomain), and here it is web, api",
    ],
  },
  {
    name: 'two apps on one port of the pod, also by a replica',
    projects: [
      withServices({ apps: { web: { image, port: 3001 }, api: { image, subdomain: 'api', port: 3000, replicas: 2 } } }),
    ],
    says: ["projects.shop.services.apps.api.port: 3001 is a port of app 'web' in the same pod"],
  },
  {
    name: 'S1.3: workers without a queue, and names that mean something else',
    projects: [
      withServices({
        apps: { app: { image }, 'web-2': { image, subdomain: 'x', port: 5000 } },
        workers: { redis: { image } },
      }),
    ],
    says: [
      'projects.shop.services.apps.web-2: ends like the name of a replica',
      'projects.shop.services.workers.redis: is the name of a container of databases',
      'projects.shop.services.workers: have no Redis to take work from',
    ],
  },
  {
    name: 'S1.3: workers without Redis',
    projects: [withServices({ apps: { app: { image } }, workers: { jobs: { image } } })],
    says: ['projects.shop.services.workers: have no Redis to take work from'],
  },
  {
    name: 'images, switches and replicas of services that the project does not have',
    settings: settings({ projects: { shop: { images: { api: image }, switches: { beta: true } } } }),
    projects: [project('shop')],
    says: [
      'codeb.projects.shop.images.api: no such service; there are app',
      'codeb.projects.shop.switches.beta: no such switch; there are none',
    ],
  },
  {
    name: 'S3.2: a preview that does not name its project',
    settings: settings({ environment: 'preview', pullRequest: 3 }),
    projects: [project('shop'), project('blog')],
    says: ['codeb.projects: is missing: a preview is of one project'],
  },
  {
    name: "S3.2: production's host in staging",
    settings: staging,
    projects: [
      withVariables(
        {
          API_URL: { kind: 'config', value: 'https://data.example.com/rest' },
          OWN: { kind: 'config', value: 'https://shop.example.org' },
          FINE: { kind: 'config', value: 'https://more-data.example.com' },
        },
        { externals: { data: { kind: 'neon', environments: { production: { host: 'data.example.com' } } } } },
      ),
    ],
    says: [
      "projects.shop.variables.API_URL: names production's host 'data.example.com', which staging never touches",
      "projects.shop.variables.OWN: names production's host 'shop.example.org', which staging never touches",
    ],
  },
  {
    name: 'S3.2: an external service with one host for production and previews',
    projects: [
      {
        ...project('shop'),
        externals: {
          data: {
            kind: 'neon',
            environments: { production: { host: 'data.example.com' }, preview: { host: 'data.example.com' } },
          },
        },
      },
    ],
    says: [
      "projects.shop.externals.data.environments.preview.host: is production's host 'data.example.com': preview never touches production's data",
    ],
  },
  {
    name: 'S3.3: secrets and plain values under names that reach a browser, and the platform’s own names',
    projects: [
      withVariables({
        NEXT_PUBLIC_KEY: { kind: 'secret' },
        NEXT_PUBLIC_URL: { kind: 'config', value: 'x' },
        S3_BUCKET: { kind: 'config', value: 'x' },
      }),
    ],
    says: [
      'projects.shop.variables.NEXT_PUBLIC_KEY: is a secret, and NEXT_PUBLIC_* is built into pages',
      'projects.shop.variables.NEXT_PUBLIC_URL: is built into pages: its kind is public',
      'projects.shop.variables.S3_BUCKET: is set by the platform',
    ],
  },
  {
    name: 'S3.3: a secret that is kept for longer than 90 days',
    projects: [withVariables({ KEY: { kind: 'secret', rotateDays: 365 } })],
    says: ['projects.shop.variables.KEY.rotateDays: Too big: expected number to be <=90'],
  },
  {
    name: 'S3.3: a variable for a place that the project does not have, or for a service',
    projects: [
      withVariables({
        A: { kind: 'config', value: 'x', stores: ['github', 'pages'] },
      }),
    ],
    says: [
      "projects.shop.variables.A.stores: 'github': the project has no GitHub environment",
      "projects.shop.variables.A.stores: 'pages': the project has no site on Pages",
    ],
  },
  {
    name: 'an address of an app that is not there',
    projects: [withVariables({ A: { kind: 'config', value: '{{url api}}' } })],
    says: [
      "projects.shop.variables.A: '{{url api}}' names nothing: expected {{url}}, {{domain}}, or those of an app of the project",
    ],
  },
  {
    name: 'S3.1: no reviewer for production, and a repository that is not GitHub’s',
    projects: [{ ...project('shop'), repository: 'https://example.org/x', github: { reviewers: {} } }],
    says: [
      'projects.shop.github.reviewers: production needs at least one reviewer',
      "projects.shop.repository: expected 'https://github.com/{owner}/{name}': its environments are kept there",
    ],
  },
  {
    name: 'two projects whose containers would have one name',
    projects: [
      {
        ...project('code'),
        services: { apps: { app: { image }, 'battle-web': { image, subdomain: 'w', port: 4000 } } },
      },
      { ...project('code-battle'), services: { apps: { web: { image } } } },
    ],
    says: ["projects.code-battle.services: 'code-battle-web.container' is a unit of project 'code' as well"],
  },
];

describeRefusals('a plan is refused for', refusals);

describe('S0.1: sites by the chat', () => {
  test('fill shared projects up to the quota, and one that goes moves no other', () => {
    const many = (removed: string[]) => {
      const { settings: given, projects } = chats(150, 'branch');
      const all = Array.from({ length: 150 }, (_, index) => ({
        id: `c${index}`,
        created: index,
        removed: removed.includes(`c${index}`),
      }));
      const [solo] = planned({ settings: { ...given, projects: { solo: { chats: all } } }, projects }).projects;
      return solo?.sites ?? [];
    };
    const before = many([]);
    expect(before.map(({ name, domains }) => [name, domains.length])).toEqual([
      ['solo-1', 100],
      ['solo-2', 50],
    ]);
    expect(before[0]?.records[0]).toMatchObject({ type: 'CNAME', values: ['c0.solo-1.pages.dev'], proxied: true });
    const after = many(['c3']);
    expect(after[1]).toEqual(before[1]);
    expect(after[0]?.domains).toEqual(before[0]?.domains.filter((domain) => domain !== 'c3.chats.dev'));
  });
});

describe('one record, three backends', () => {
  test('names of a server are in the longest zone, wherever it is; those of sites are proxied', () => {
    const [shop] = planned({
      settings: settings({
        servers: { main: { ...server, dns: { backend: 'none' } } },
        cloudflare: { ...cloudflare, zones: { 'example.org': { id: 'c'.repeat(32), proxied: true } } },
      }),
      projects: [project('shop')],
    }).projects;
    expect(shop?.records[0]).toMatchObject({ backend: 'cloudflare', proxied: true, ttl: 1, values: ['192.0.2.10'] });
  });
});

test('S3.1: only production asks for approval and keeps the rule of the repository', () => {
  const of = (environment: 'production' | 'staging') =>
    planned({ settings: { ...hosting(environment), projects: { paintshare: {} } }, projects: [paintshareLike] })
      .projects[0]?.github;
  expect(of('production')).toMatchObject({
    environment: 'production',
    branches: ['main'],
    tags: ['v*'],
    requiredChecks: ['quality / quality', 'quality / forbidden'],
  });
  expect(of('staging')).toMatchObject({ environment: 'staging', reviewers: { users: [] }, requiredChecks: [] });
});

const paintshareLike = {
  ...project('paintshare'),
  domain: { base: 'codeb.dev' },
  environments: { production: { server: 'codeb' }, staging: { server: 'codeb' } },
  repository: 'https://github.com/share-paint/share-paint',
  github: { reviewers: { users: ['someone'] } },
};
