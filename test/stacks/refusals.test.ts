/** Every mistake that a plan refuses, with the words that it is refused in. */
import { expect, test } from 'vitest';
import { plan } from '../../stacks/plan.ts';
import { project, server, settings, withApp } from './inputs.ts';
import { describeRefusals, type Refusal } from './refusal.ts';

const onlyServer = (changes: Record<string, unknown>) => settings({ servers: { main: { ...server, ...changes } } });
const shop = project('shop');
const image = 'ghcr.io/example/app:1.0.0';
/** 253 characters, as many as a name has (RFC 1035, 2.3.4). */
const longest = `${'abc.'.repeat(62)}shops`;

const refusals: Refusal[] = [
  {
    name: 'unknown keys, in a project and in the settings, all at once',
    settings: settings({ colour: 'red' }),
    projects: [{ ...shop, ports: 1, services: { apps: { app: { image: 'ghcr.io/example/app:1.0.0', prot: 3000 } } } }],
    says: [
      'codeb.colour: unknown key',
      'projects.shop.services.apps.app.prot: unknown key',
      'projects.shop.ports: unknown key',
    ],
  },
  {
    name: 'a bad name',
    projects: [project('Shop_1')],
    says: ['projects.Shop_1.name: expected lower-case letters, digits and inner hyphens (RFC 1123)'],
  },
  {
    name: "a name that ends like another environment's slug",
    projects: [project('shop-staging')],
    says: ['projects.shop-staging.name: ends like the slug of another environment'],
  },
  {
    name: 'the name of the shared databases',
    projects: [project('shared')],
    says: ['projects.shared.name: is the name of the shared databases'],
  },
  {
    name: 'two projects of one name',
    projects: [shop, project('shop', { domain: { base: 'example.org', host: 'other' } })],
    says: ['projects.shop.name: is the name of another project as well'],
  },
  {
    name: 'a port that is none',
    projects: [withApp('shop', { port: 70000 })],
    says: ['projects.shop.services.apps.app.port: Too big: expected number to be <=65535'],
  },
  {
    name: 'S4.1: a published port out of range',
    projects: [withApp('shop', { publishedPort: 3100 })],
    says: [
      "projects.shop.services.apps.app.publishedPort: port 3100 is out of range: production has 3000-3099 on server 'main'",
    ],
  },
  {
    name: 'S4.1: a reserved port, the one of Grafana',
    projects: [withApp('shop', { publishedPort: 3001 })],
    says: ["projects.shop.services.apps.app.publishedPort: port 3001 is the system port 'grafana'"],
  },
  {
    name: 'a port that is reserved on the server',
    settings: onlyServer({ reservedPorts: [3050] }),
    projects: [withApp('shop', { publishedPort: 3050 })],
    says: ['projects.shop.services.apps.app.publishedPort: port 3050 is reserved on this server'],
  },
  {
    name: "S4.1: a system port for a project that is none of the platform's",
    projects: [withApp('shop', { publishedPort: 'api' })],
    says: [
      "projects.shop.services.apps.app.publishedPort: system port 'api' (3008) is for projects of the platform (system: true)",
    ],
  },
  {
    name: 'an explicit port that another project of the plan has',
    projects: [withApp('shop', { publishedPort: 3050 }), withApp('blog', { publishedPort: 3050 })],
    says: ["projects.blog.services.apps.app.publishedPort: port 3050 is taken by project 'shop'"],
  },
  {
    name: 'a range that is too small',
    settings: onlyServer({ ports: { production: { app: { from: 3007, to: 3009 } } } }),
    projects: ['a', 'b', 'c'].map((name) => project(name)),
    says: ['codeb.servers.main.ports.production.app: 3007-3009 has room for 2 (1 reserved), and the plan needs 3'],
  },
  {
    name: 'S2.3: ranges of two pools that share ports',
    settings: onlyServer({ ports: { production: { app: { from: 5500, to: 5599 } } } }),
    projects: [
      project('shop', {
        services: { apps: { app: { image: 'ghcr.io/example/app:1.0.0' } }, postgres: { kind: 'own', publish: true } },
      }),
    ],
    says: ["codeb.servers.main.ports.production.postgres: 5433-5531 has ports of 5500-5599, the range of 'app'"],
  },
  {
    name: 'a range upside down',
    settings: onlyServer({ ports: { production: { app: { from: 4999, to: 4000 } } } }),
    says: ['codeb.servers.main.ports.production.app: `from` is above `to`'],
  },
  {
    name: 'two projects with one domain',
    projects: [shop, project('blog', { domain: { base: 'example.org', host: 'shop' } })],
    says: ["projects.blog.domain: 'shop.example.org' is a domain of project 'shop'"],
  },
  {
    name: "a custom domain that is another project's",
    projects: [
      shop,
      project('blog', { environments: { production: { server: 'main', customDomains: ['shop.example.org'] } } }),
    ],
    says: ["projects.blog.environments.production.customDomains.0: 'shop.example.org' is a domain of project 'shop'"],
  },
  {
    name: 'an unknown server',
    projects: [project('shop', { environments: { production: { server: 'moon' } } })],
    says: ["projects.shop.environments.production.server: unknown server 'moon'; 'codeb.servers' has main"],
  },
  {
    name: 'a name outside every zone of the server',
    projects: [project('shop', { domain: { base: 'example.net' } })],
    says: ["projects.shop.domain.base: 'shop.example.net' is outside every zone of server 'main' (example.org)"],
  },
  {
    name: 'a wildcard outside every zone of the server',
    settings: onlyServer({ dns: { ...server.dns, wildcards: ['*.example.net'] } }),
    says: ["codeb.servers.main.dns.wildcards.0: '*.example.net' is outside every zone of the server (example.org)"],
  },
  {
    name: 'an image that moves, in production',
    projects: [
      withApp('shop', { image: 'ghcr.io/example/app:latest' }),
      withApp('blog', { image: 'ghcr.io/example/app' }),
    ],
    says: [
      "projects.shop.services.apps.app.image: 'ghcr.io/example/app:latest' can mean another image tomorrow; production needs a tag of a version, or a digest",
      "projects.blog.services.apps.app.image: 'ghcr.io/example/app' can mean another image tomorrow; production needs a tag of a version, or a digest",
    ],
  },
  {
    name: 'an image without its registry',
    projects: [withApp('shop', { image: 'nginx:1.27' })],
    says: [
      "projects.shop.services.apps.app.image: expected a reference with its registry, such as 'ghcr.io/codeb/api:1.0.0'",
    ],
  },
  {
    name: 'two projects in one shared database',
    projects: ['shop', 'blog'].map((name) =>
      project(name, { services: { ...shop.services, postgres: { kind: 'shared', database: 'both' } } }),
    ),
    says: ["projects.blog.services.postgres.database: 'both' is the shared database of project 'shop'"],
  },
  {
    name: 'shared databases on two servers',
    settings: settings({ servers: { main: server, second: { ...server, host: 'second.example.org' } } }),
    projects: ['shop', 'blog'].map((name) =>
      project(name, {
        environments: { production: { server: name === 'shop' ? 'main' : 'second' } },
        services: { ...shop.services, postgres: { kind: 'shared' } },
      }),
    ),
    says: [
      "projects.blog.services.postgres.kind: is 'shared' on server 'second', and project 'shop' shares on server 'main': expected one server for both, or 'own'",
    ],
  },
  {
    name: "a secret variable for the users' browsers",
    projects: [project('shop', { variables: { NEXT_PUBLIC_KEY: { kind: 'secret' } } })],
    says: ['projects.shop.variables.NEXT_PUBLIC_KEY: is a secret, and NEXT_PUBLIC_* is built into pages'],
  },
  {
    name: "a variable of the platform's own",
    projects: [project('shop', { variables: { PORT: { kind: 'config', value: '80' } } })],
    says: ['projects.shop.variables.PORT: is set by the platform'],
  },
  {
    name: 'a host key that is none',
    settings: onlyServer({ hostKey: 'trust me' }),
    says: [
      "codeb.servers.main.hostKey: expected a public key such as 'ssh-ed25519 AAAA…'; `ssh-keyscan -t ed25519 <host>` prints it",
    ],
  },
  {
    name: 'an environment that is none',
    settings: settings({ environment: 'prod' }),
    says: ["codeb.environment: expected one of 'production', 'staging', 'preview'"],
  },
  {
    name: 'a preview of no pull request',
    settings: settings({ environment: 'preview' }),
    says: ['codeb.pullRequest: expected the number of the pull request'],
  },
  {
    name: 'a chosen project that does not exist',
    settings: settings({ projects: { shoop: {} } }),
    says: ['codeb.projects.shoop: no such project; there are shop'],
  },
  {
    name: 'a chosen project that does not name the environment',
    settings: settings({ projects: { shop: {} } }),
    projects: [project('shop', { environments: { staging: { server: 'main' } } })],
    says: ["projects.shop.environments: does not name production, and 'codeb.projects' chooses it for this stack"],
  },
  {
    name: 'a name that every object in JavaScript has, of a project, a server, an app',
    projects: [
      project('constructor'),
      project('blog', { environments: { production: { server: 'constructor' } } }),
      project('shop', { services: { apps: { constructor: { image } } } }),
    ],
    says: ['constructor.name', 'blog.environments.production.server', 'shop.services.apps.constructor'].map(
      (path) => `projects.${path}: is a property of every object in JavaScript: expected another name`,
    ),
  },
  {
    name: 'an address of an app and a variable that only JavaScript has',
    projects: [
      project('shop', { variables: { A: { kind: 'config', value: '{{url constructor}}' } } }),
      project('blog', { externals: { data: { kind: 'neon', environments: {}, variables: ['toString'] } } }),
    ],
    says: [
      "projects.blog.externals.data.variables: 'toString' is not in the variable matrix",
      "projects.shop.variables.A: '{{url constructor}}' names nothing: expected {{url}}, {{domain}}, or those of an app of the project",
    ],
  },
  {
    name: 'more replicas than there are numbers to count them with',
    projects: [withApp('shop', { replicas: 2e7 }), withApp('blog', { port: 2 ** 53, replicas: 3 })],
    says: [
      'projects.shop.services.apps.app.replicas: Too big: expected number to be <=20',
      'projects.blog.services.apps.app.port: Too big: expected int to be <=9007199254740991',
      'projects.blog.services.apps.app.port: Too big: expected number to be <=65535',
    ],
  },
  {
    name: 'two apps on one port of the pod, by the replicas of an environment',
    projects: [
      project('shop', {
        environments: { production: { server: 'main', replicas: { web: 2 } } },
        services: { apps: { web: { image }, api: { image, subdomain: 'api', port: 3001 } } },
      }),
    ],
    says: ["projects.shop.environments.production.replicas: 3001 is a port of app 'web' in the same pod"],
  },
  {
    name: 'replicas beyond the last port',
    projects: [withApp('shop', { port: 65535, replicas: 3 })],
    says: ['projects.shop.services.apps.app.port: its replicas go beyond port 65535'],
  },
  {
    name: 'apps on the ports of the databases in their pod',
    projects: [
      project('shop', {
        services: {
          apps: { web: { image, port: 5432 }, api: { image, subdomain: 'api', port: 6378, replicas: 2 } },
          postgres: { kind: 'own' },
          redis: { kind: 'own' },
        },
      }),
    ],
    says: [
      'projects.shop.services.apps.web.port: 5432 is a port of PostgreSQL in the same pod',
      'projects.shop.services.apps.api.port: 6379 is a port of Redis in the same pod',
    ],
  },
  {
    name: 'an app whose service would be that of the network, or of the pod of another project',
    projects: [
      project('shop', { services: { apps: { network: { image } } } }),
      project('project-shop', { services: { apps: { pod: { image } } } }),
    ],
    says: [
      "projects.shop.services: 'shop-network.container' is a unit of project 'shop' as well",
      "projects.project-shop.services: 'project-shop-pod.container' is a unit of project 'shop' as well",
    ],
  },
  {
    name: "apps whose containers would be those of another environment, or the database's in the registry",
    projects: [
      project('shop', {
        services: {
          apps: {
            app: { image },
            'staging-app': { image, subdomain: 'a', port: 4000 },
            'pr-7-app': { image, subdomain: 'b', port: 4001 },
            db: { image, subdomain: 'c', port: 4002 },
          },
        },
      }),
    ],
    says: [
      'projects.shop.services.apps.staging-app: begins as the slug of another environment ends',
      'projects.shop.services.apps.pr-7-app: begins as the slug of another environment ends',
      'projects.shop.services.apps.db: is the name of a container of databases',
    ],
  },
  {
    name: 'the names of networks that Podman has',
    projects: [project('host'), project('podman')],
    says: ['host', 'podman'].map(
      (name) => `projects.${name}.name: is a network of Podman, and no new one of that name can be`,
    ),
  },
  {
    name: "a project whose database would be PostgreSQL's own",
    projects: [project('postgres', { services: { ...shop.services, postgres: { kind: 'shared' } } })],
    says: [
      "projects.postgres.services.postgres.database: is missing: the project's name 'postgres' is PostgreSQL's own",
    ],
  },
  {
    name: 'limits that are none, or that let nothing run',
    projects: [withApp('shop', { limits: { memory: '0M', cpus: 0.001 } })],
    says: [
      "projects.shop.services.apps.app.limits.memory: expected a size such as '512M'",
      'projects.shop.services.apps.app.limits.cpus: Too small: expected number to be >=0.01',
    ],
  },
  {
    name: 'S3.2: a host of production in staging, with a final dot or as the domain of cookies',
    settings: settings({ environment: 'staging' }),
    projects: [
      project('shop', {
        variables: {
          URL: { kind: 'config', value: 'https://SHOP.example.org./x' },
          COOKIES: { kind: 'config', value: '.shop.example.org' },
        },
      }),
    ],
    says: ['URL', 'COOKIES'].map(
      (name) =>
        `projects.shop.variables.${name}: names production's host 'shop.example.org', which staging never touches`,
    ),
  },
  {
    name: 'a name that is too long with all that comes before it',
    settings: onlyServer({ dns: { ...server.dns, zones: [longest] } }),
    projects: [project('shop', { domain: { base: longest } })],
    says: [`projects.shop.domain: 'shop.${longest}': Too big: expected string to have <=253 characters`],
  },
  {
    name: 'custom domains that nothing answers at',
    projects: [{ ...shop, environments: { production: { customDomains: ['www.shop.example'] } }, services: {} }],
    says: ['projects.shop.environments.production.customDomains: are of an app, and the project has none'],
  },
  {
    name: 'a stack of the chats of a project that has none, which would take everything else away',
    settings: settings({ projects: { shop: { only: 'chats' } } }),
    says: ['codeb.projects.shop.only: the project has no sites by the chat'],
  },
  {
    name: 'a repository of nobody',
    projects: [{ ...shop, repository: 'https://github.com/example/..', github: { reviewers: { users: ['owner'] } } }],
    says: ["projects.shop.repository: expected 'https://github.com/{owner}/{name}': its environments are kept there"],
  },
  {
    name: 'what is wrong with a project wherever it is, beside its image',
    projects: [
      withApp('shop', { publishedPort: 3050 }),
      {
        ...withApp('blog', { image: 'ghcr.io/example/app', publishedPort: 3050 }),
        variables: { A: { kind: 'config', value: '{{url api}}' } },
      },
    ],
    says: [
      "projects.blog.services.apps.app.image: 'ghcr.io/example/app' can mean another image tomorrow; production needs a tag of a version, or a digest",
      "projects.blog.services.apps.app.publishedPort: port 3050 is taken by project 'shop'",
      "projects.blog.variables.A: '{{url api}}' names nothing: expected {{url}}, {{domain}}, or those of an app of the project",
    ],
  },
  {
    name: 'a name that is too long, and a base domain that is none',
    projects: [project('s'.repeat(41)), project('blog', { domain: { base: 'Example.org.' } })],
    says: [
      `projects.${'s'.repeat(41)}.name: expected at most 40 characters`,
      'projects.blog.domain.base: expected a lower-case DNS name without a final dot',
    ],
  },
  {
    name: 'names of variables and of switches that are none',
    projects: [
      project('shop', {
        variables: { logLevel: { kind: 'config', value: 'debug' } },
        switches: { 'new-battle': true },
      }),
    ],
    says: [
      "projects.shop.variables.logLevel: expected a name such as 'LOG_LEVEL'",
      "projects.shop.switches.new-battle: expected a name such as 'battle'",
    ],
  },
  {
    name: 'databases that PostgreSQL takes no name of, or that are its own',
    projects: ['Shop', 'template0', 'pg_shop'].map((database, index) =>
      project(`shop-${index}`, { services: { ...shop.services, postgres: { kind: 'own', database } } }),
    ),
    says: [
      'projects.shop-0.services.postgres.database: expected lower-case letters, digits, _ and -, a letter first',
      "projects.shop-1.services.postgres.database: is PostgreSQL's own name",
      "projects.shop-2.services.postgres.database: is PostgreSQL's own name",
    ],
  },
  {
    name: 'S2.5, S3.7: paths that are none, of the health check and of migrations',
    projects: [
      withApp('shop', {
        health: { path: 'api/health' },
        migrations: { command: ['migrate'], folder: 'prisma/migrations' },
      }),
    ],
    says: [
      "projects.shop.services.apps.app.health.path: expected a path such as '/api/health'",
      "projects.shop.services.apps.app.migrations.folder: expected an absolute path such as '/app/prisma/migrations'",
    ],
  },
  {
    name: 'S4.1: a published port that is no port, and no name of one',
    projects: [withApp('shop', { publishedPort: 'grafna' })],
    says: [
      'projects.shop.services.apps.app.publishedPort: expected a port, or the name of a system port (http, https, grafana, api, shared-postgres, shared-redis, powerdns-api, prometheus)',
    ],
  },
  {
    name: 'S3.1: reviewers that are no logins',
    projects: [
      {
        ...shop,
        repository: 'https://github.com/example/shop',
        github: { reviewers: { users: ['@owner'], teams: ['example/operators'] } },
      },
    ],
    says: ['users', 'teams'].map(
      (key) => `projects.shop.github.reviewers.${key}.0: expected a login, or the slug of a team`,
    ),
  },
  {
    name: 'a wildcard that is none, and ids that Cloudflare does not give',
    settings: settings({
      servers: { main: { ...server, dns: { ...server.dns, wildcards: ['example.org'] } } },
      cloudflare: { accountId: 'example', zones: { 'example.net': { id: 'example.net' } } },
    }),
    says: [
      "codeb.servers.main.dns.wildcards.0: expected a name such as '*.codeb.dev'",
      'codeb.cloudflare.accountId: expected 32 hexadecimal digits, as the dashboard shows them',
      'codeb.cloudflare.zones.example.net.id: expected 32 hexadecimal digits, as the dashboard shows them',
    ],
  },
  {
    name: 'the name of a project that is wrong itself',
    projects: [withApp('shop', { port: 0 }), shop],
    says: [
      'projects.shop.services.apps.app.port: Too small: expected number to be >=1',
      'projects.shop.name: is the name of another project as well',
    ],
  },
  {
    name: 'a preview of two projects, of which one has no place',
    settings: settings({ environment: 'preview', pullRequest: 3, projects: { shop: { server: 'moon' }, blog: {} } }),
    projects: [shop, project('blog')],
    says: [
      "codeb.projects.shop.server: unknown server 'moon'; 'codeb.servers' has main",
      'codeb.projects: a preview is of one project, and here it is of 2',
    ],
  },
];

describeRefusals('a plan is refused for', refusals);

test('a long value without an end of its references is read in one go', () => {
  const value = '{{'.repeat(100_000);
  const spec = project('shop', { variables: { A: { kind: 'config', value } } });
  expect(plan({ settings: settings(), projects: [spec] }).kind).toBe('ok');
});
