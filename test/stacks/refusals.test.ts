/** Every mistake that a plan refuses, with the words that it is refused in. */
import { describe, expect, test } from 'vitest';
import { project, server, settings, withApp } from './inputs.ts';
import { problems } from './planned.ts';

interface Refusal {
  name: string;
  settings?: Record<string, unknown>;
  projects?: unknown[];
  says: string[];
}

const onlyServer = (changes: Record<string, unknown>) => settings({ servers: { main: { ...server, ...changes } } });
const shop = project('shop');

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
    says: ["codeb.environment: Invalid discriminator value. Expected 'production' | 'staging' | 'preview'"],
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
];

describe('a plan is refused for', () => {
  test.each(refusals)('$name', ({ settings: given = settings(), projects = [shop], says }) => {
    expect(problems({ settings: given, projects })).toEqual(says);
  });
});
