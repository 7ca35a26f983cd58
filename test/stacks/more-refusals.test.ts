/** Mistakes that stand between two parts of a project, or between two stacks, with the words that they are refused in. */
import { expect, test } from 'vitest';
import { productionHosts } from '../../stacks/isolation.ts';
import { project as projectSchema } from '../../stacks/project.ts';
import { project, server, settings } from './inputs.ts';
import { planned } from './planned.ts';
import { describeRefusals, type Refusal } from './refusal.ts';

const image = 'ghcr.io/example/app:1.0.0';
const zones = { 'example.org': { id: 'b'.repeat(32) }, 'chats.dev': { id: 'c'.repeat(32) } };
const onCloudflare = (more: object = {}) => settings({ cloudflare: { accountId: 'a'.repeat(32), zones }, ...more });
const withServices = (services: unknown) => ({ ...project('shop'), services });
const inProduction = (deployment: object) => ({ ...project('shop'), environments: { production: deployment } });
const solo = (changes: object = {}) => ({
  name: 'solo',
  domain: { base: 'chats.dev', host: '@' },
  environments: { production: {}, staging: {}, preview: {} },
  chats: { base: 'chats.dev', prefix: 'sprint', layout: 'project' },
  ...changes,
});

const chatOf = (id: string) => ({ projects: { solo: { chats: [{ id, created: 1764547200 }] } } });
const inStaging = (more: object = {}) => onCloudflare({ environment: 'staging', ...more });
const variable = (value: unknown, more: object = {}) => ({ kind: 'config', value, ...more });
const data = (hosts: object, variables: string[]) => ({
  data: {
    kind: 'supabase',
    environments: Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, { host }])),
    variables,
  },
});
const onGithub = (name: string, repository: string) => ({
  ...project(name),
  repository,
  github: { reviewers: { users: ['owner'] } },
});
const perEnvironment = { production: 'data.example.com', staging: 'staging.example.com', preview: 'pr.example.com' };

const refusals: Refusal[] = [
  {
    name: 'S0.1: a name that Cloudflare takes for no Pages project',
    settings: onCloudflare(chatOf('abcd123')),
    projects: [solo({ chats: { base: 'chats.dev', prefix: 'a'.repeat(40), layout: 'project' } })],
    says: [
      `codeb.projects.solo.chats: '${'a'.repeat(40)}-abcd123-1764547200' has 59 characters, and a Pages project at most 58`,
    ],
  },
  {
    name: 'S0.1: two projects whose sites would be one Pages project',
    settings: onCloudflare(),
    projects: [
      { ...project('shop'), pages: { subdomain: 'docs' } },
      { name: 'shop-docs', domain: { base: 'example.org' }, environments: { production: {} }, pages: {} },
    ],
    says: ["projects.shop-docs.pages: 'shop-docs' is a Pages project of project 'shop'"],
  },
  {
    name: 'S3.3: a variable of the server, where the project has nothing',
    settings: onCloudflare({ projects: { solo: {} } }),
    projects: [solo({ variables: { MODE: variable('live') } })],
    says: ["projects.solo.variables.MODE.stores: 'server': the project has no service on a server"],
  },
  {
    name: 'S3.3: a variable of a service that is not there',
    projects: [{ ...project('shop'), variables: { MODE: variable('live', { services: ['app', 'api'] }) } }],
    says: ["projects.shop.variables.MODE.services: no such service: 'api'"],
  },
  {
    name: 'an environment without its app',
    projects: [inProduction({ server: 'main', replicas: { app: 0 } })],
    says: ['projects.shop.environments.production.replicas.app: an app has at least one'],
  },
  {
    name: 'a project that is nowhere',
    projects: [{ ...project('shop'), environments: {} }],
    says: ['projects.shop.environments: expected at least one environment'],
  },
  {
    name: 'an app and a worker of one name',
    projects: [withServices({ apps: { app: { image } }, workers: { app: { image } }, redis: { kind: 'own' } })],
    says: ['projects.shop.services.workers.app: is the name of an app as well'],
  },
  {
    name: 'two apps with one subdomain',
    projects: [
      withServices({
        apps: {
          app: { image },
          api: { image, subdomain: 'api', port: 4000 },
          graph: { image, subdomain: 'api', port: 4001 },
        },
      }),
    ],
    says: ["projects.shop.services.apps.graph.subdomain: is the subdomain of app 'api' as well"],
  },
  {
    name: 'services on no server',
    projects: [inProduction({})],
    says: ['projects.shop.environments.production.server: is missing: the project has services that run on a server'],
  },
  {
    name: 'a server for what is on none, by the project and by the stack',
    settings: onCloudflare({ projects: { solo: {}, docs: { server: 'main' } } }),
    projects: [
      solo({ environments: { production: { server: 'main' } } }),
      { name: 'docs', domain: { base: 'example.org' }, environments: { production: {} }, pages: {} },
    ],
    says: [
      'projects.solo.environments.production.server: the project has nothing that runs on a server',
      'codeb.projects.docs.server: the project has nothing that runs on a server',
    ],
  },
  {
    name: 'S2.4: one wildcard that leads to two servers',
    settings: settings({
      servers: {
        main: { ...server, dns: { ...server.dns, wildcards: ['*.example.org'] } },
        other: { ...server, dns: { ...server.dns, wildcards: ['*.example.org'] } },
      },
    }),
    projects: [project('shop')],
    says: ["codeb.servers.other.dns.wildcards.0: '*.example.org' is a wildcard of 'main' already"],
  },
  {
    name: 'S3.1: more reviewers than GitHub takes',
    projects: [
      {
        ...project('shop'),
        repository: 'https://github.com/example/shop',
        github: { reviewers: { users: ['a', 'b', 'c', 'd'], teams: ['e', 'f', 'g'] } },
      },
    ],
    says: ['projects.shop.github.reviewers: GitHub takes at most six reviewers'],
  },
  {
    name: 'S3.2: a site of production on Pages in staging, by its domain and by its name there',
    settings: inStaging(),
    projects: [
      {
        ...project('shop'),
        pages: { subdomain: 'docs' },
        variables: {
          DOCS: variable('https://docs.shop.example.org/x'),
          FILES: variable('https://shop-docs.pages.dev'),
          OWN: variable('https://docs.staging.shop.example.org https://shop-staging-docs.pages.dev'),
        },
      },
    ],
    says: [
      "projects.shop.variables.DOCS: names production's host 'docs.shop.example.org', which staging never touches",
      "projects.shop.variables.FILES: names production's host 'shop-docs.pages.dev', which staging never touches",
    ],
  },
  {
    name: 'S3.2: a chat of production in staging, by its domain and by its name on Pages',
    settings: inStaging(chatOf('abc123')),
    projects: [
      solo({
        variables: {
          CHAT: variable('https://abc123.chats.dev', { stores: ['pages'] }),
          FILES: variable('https://sprint-abc123-1764547200.pages.dev', { stores: ['pages'] }),
          OWN: variable('https://staging.abc123.chats.dev', { stores: ['pages'] }),
        },
      }),
    ],
    says: [
      "projects.solo.variables.CHAT: names production's host 'abc123.chats.dev', which staging never touches",
      "projects.solo.variables.FILES: names production's host 'sprint-abc123-1764547200.pages.dev', which staging never touches",
    ],
  },
  {
    name: 'S3.2: the same of a chat in a Pages project that it shares',
    settings: inStaging(chatOf('abc123')),
    projects: [
      solo({
        chats: { base: 'chats.dev', prefix: 'sprint', layout: 'branch' },
        variables: { FILES: variable('https://abc123.solo-1.pages.dev', { stores: ['pages'] }) },
      }),
    ],
    says: [
      "projects.solo.variables.FILES: names production's host 'abc123.solo-1.pages.dev', which staging never touches",
    ],
  },
  {
    name: "S3.2: production's plain key of an external service in a preview",
    settings: settings({ environment: 'preview', pullRequest: 3, projects: { shop: {} } }),
    projects: [
      {
        ...project('shop'),
        externals: data(perEnvironment, ['ANON_KEY', 'NEXT_PUBLIC_KEY']),
        variables: {
          ANON_KEY: variable({ preview: 'one', staging: 'two', production: 'one' }),
          NEXT_PUBLIC_KEY: { ...variable({ preview: 'one', staging: 'two', production: 'one' }), kind: 'public' },
        },
      },
    ],
    says: ['ANON_KEY', 'NEXT_PUBLIC_KEY'].map(
      (name) =>
        `projects.shop.variables.${name}: is production's value of an external service, which preview never touches: expected its own, or no place among the service's variables (no key, no address)`,
    ),
  },
  {
    name: "S3.2: production's host and plain key in what production's stack tells previews of a site on Pages",
    settings: onCloudflare({ environment: 'production' }),
    projects: [
      {
        ...project('shop'),
        pages: { subdomain: 'docs' },
        externals: data(perEnvironment, ['ANON_KEY']),
        variables: {
          ANON_KEY: variable({ preview: 'one', production: 'one' }, { stores: ['pages'] }),
          API: variable('https://shop.example.org/api', { stores: ['server', 'pages'] }),
          DATA: variable('https://data.example.com', { stores: ['pages'] }),
          ON_THE_SERVER_ALONE: variable('https://shop.example.org/api'),
        },
      },
    ],
    says: [
      "projects.shop.variables.ANON_KEY: is production's value of an external service, which a preview on Pages never touches: expected its own, or no place among the service's variables (no key, no address)",
      "projects.shop.variables.API: names production's host 'shop.example.org', which a preview on Pages never touches",
      "projects.shop.variables.DATA: names production's host 'data.example.com', which a preview on Pages never touches",
    ],
  },
  {
    name: 'S3.2: one key of an external service for all environments',
    settings: settings({ environment: 'staging' }),
    projects: [
      { ...project('shop'), externals: data(perEnvironment, ['KEY']), variables: { KEY: variable('one-key') } },
    ],
    says: [
      "projects.shop.variables.KEY: is production's value of an external service, which staging never touches: expected its own, or no place among the service's variables (no key, no address)",
    ],
  },
  {
    name: "S3.2: a name below the host of production's external service",
    settings: settings({ environment: 'staging' }),
    projects: [
      {
        ...project('shop'),
        externals: data(perEnvironment, []),
        variables: {
          DATABASE: variable('postgres://db.data.example.com:5432/postgres'),
          OTHER: variable('https://mydata.example.com'),
          OWN: variable('https://db.staging.example.com'),
        },
      },
    ],
    says: [
      "projects.shop.variables.DATABASE: names production's host 'db.data.example.com', which staging never touches",
    ],
  },
  {
    name: "S3.2: production's host of one external service as another's in staging",
    projects: [
      {
        ...project('shop'),
        externals: {
          ...data(perEnvironment, []),
          copy: { kind: 'supabase', environments: { staging: { host: 'data.example.com' } } },
        },
      },
    ],
    says: [
      "projects.shop.externals.copy.environments.staging.host: is production's host 'data.example.com': staging never touches production's data",
    ],
  },
  {
    name: 'S3.1: two projects with environments in one repository, whatever its case',
    projects: [
      onGithub('shop', 'https://github.com/example/mono'),
      onGithub('blog', 'https://github.com/Example/Mono'),
    ],
    says: [
      "projects.blog.repository: is that of project 'shop' as well: environments and rules on GitHub ('github') are of one project",
    ],
  },
  {
    name: 'S3.1: a project with environments in the repository of these stacks',
    settings: settings({ repository: { url: 'https://github.com/example/infra', deployer: 'codeb-deploy' } }),
    projects: [onGithub('shop', 'https://github.com/example/infra')],
    says: [
      "projects.shop.repository: is that of these stacks (codeb.repository) as well: environments and rules on GitHub ('github') are of one project",
    ],
  },
  {
    name: 'S3.3: names that GitHub or the stack has for itself there',
    settings: onCloudflare({ projects: { shop: {} } }),
    projects: [
      {
        ...onGithub('shop', 'https://github.com/example/shop'),
        pages: { subdomain: 'docs' },
        variables: {
          GITHUB_APP: variable('1', { stores: ['github'] }),
          CLOUDFLARE_API_TOKEN: { kind: 'secret', stores: ['github'] },
          CLOUDFLARE_ACCOUNT_ID: variable('1', { stores: ['server'] }),
        },
      },
    ],
    says: [
      "projects.shop.variables.GITHUB_APP: begins with 'GITHUB_', which GitHub keeps to itself, and has the store 'github'",
      "projects.shop.variables.CLOUDFLARE_API_TOKEN: is set in the store 'github' for the project's sites",
    ],
  },
];

describeRefusals('a plan is refused for', refusals);

test('S3.3: what names its own address is told to no preview on Pages, which learns that from Cloudflare', () => {
  const variables = {
    HOME: variable('{{url}}', { stores: ['pages'] }),
    LEVEL: variable({ preview: 'debug', production: 'info' }, { stores: ['pages'] }),
    SERVED: variable('by the server'),
  };
  const spec = { ...project('shop'), pages: { subdomain: 'docs' }, variables };
  const settings = onCloudflare({ environment: 'production' });
  const [found] = planned({ settings, projects: [spec] }).projects;
  expect(found?.previewVariables).toMatchObject([{ name: 'LEVEL', value: 'debug' }]);
});

test('S3.2: values that are one on purpose, of no external service, or of none in production are let through', () => {
  const shop = {
    ...project('shop'),
    externals: {
      ...data(perEnvironment, ['ANON_KEY', 'ADDRESS', 'REDIRECT']),
      errors: { kind: 'sentry', environments: { production: { host: 'sentry.io' } } },
    },
    variables: {
      REDIRECT: variable('{{url}}/back'),
      DSN: variable({ staging: 'https://k@o1.ingest.sentry.io/2' }),
      INDICES: variable('submission-log,appeals'),
      ANON_KEY: variable({ staging: 'one', preview: 'one' }),
      ADDRESS: variable({ staging: '{{url}}/data', production: '{{url}}/data' }),
      MODE: variable({ staging: 'live', production: 'live' }),
    },
  };
  const [found] = planned({ settings: settings({ environment: 'staging' }), projects: [shop] }).projects;
  expect(found?.variables).toHaveLength(6);
});

test("S3.2: names below production's external host are production's, but for the project's and other environments' own", () => {
  const hosts = (base: string, staging: string) =>
    productionHosts({
      project: projectSchema.parse({
        ...project('shop', { domain: { base } }),
        externals: data({ production: 'eu.example.com', staging }, []),
      }),
    }).slice(-2);
  expect(hosts('example.org', 'us.example.com')).toEqual(['eu.example.com', '.eu.example.com']);
  for (const [base, staging] of [
    ['eu.example.com', 'us.example.com'],
    ['apps.eu.example.com', 'us.example.com'],
    ['example.org', 'staging.eu.example.com'],
  ] as const) {
    expect([base, staging, hosts(base, staging).includes('.eu.example.com')]).toEqual([base, staging, false]);
  }
});

test('S0.1: a custom domain of a chat is the business of the stack that has it', () => {
  const chats = [{ id: 'abc123', created: 1764547200, customDomain: 'www.example.org' }];
  const spec = solo({ variables: { HOME: variable('https://www.example.org', { stores: ['pages'] }) } });
  const [found] = planned({ settings: inStaging({ projects: { solo: { chats } } }), projects: [spec] }).projects;
  expect(found?.sites[0]?.domains).toContain('www.example.org');
});
