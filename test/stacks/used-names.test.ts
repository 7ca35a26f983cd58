/** One mistake of the settings hides no other: names are judged beside what their schema refuses. */
import { describe, expect, test } from 'vitest';
import { project, server, settings } from './inputs.ts';
import { problems } from './planned.ts';
import { describeRefusals, type Refusal } from './refusal.ts';

const badAddress = { ...server, addresses: { ipv4: '192.0.2.300' } };
const says = 'codeb.servers.main.addresses.ipv4: Invalid IPv4 address';
const wrong = (more: object) => settings({ servers: { main: badAddress }, ...more });
const switched = project('shop', { switches: { battle: true } });

const refusals: Refusal[] = [
  {
    name: 'an unknown project and an unknown server',
    settings: wrong({ projects: { shop: { server: 'nope' }, paintshar: {} } }),
    says: [
      says,
      "codeb.projects.shop.server: unknown server 'nope'; 'codeb.servers' has main",
      'codeb.projects.paintshar: no such project; there are shop',
    ],
  },
  {
    name: 'a service, a switch and an environment that a project has not',
    settings: wrong({
      projects: { shop: { images: { wbe: 'ghcr.io/example/app:1.0.0' }, switches: { batle: true } }, blog: {} },
    }),
    projects: [switched, project('blog', { environments: { staging: { server: 'main' } } })],
    says: [
      says,
      'codeb.projects.shop.images.wbe: no such service; there are app',
      'codeb.projects.shop.switches.batle: no such switch; there are battle',
      "projects.blog.environments: does not name production, and 'codeb.projects' chooses it for this stack",
    ],
  },
  {
    name: "an unknown server of a project's file, where the stack runs all that name the environment",
    settings: wrong({}),
    projects: [project('shop', { environments: { production: { server: 'mian' } } })],
    says: [says, "projects.shop.environments.production.server: unknown server 'mian'; 'codeb.servers' has main"],
  },
  {
    name: 'a server of a project that has nothing there',
    settings: wrong({ projects: { shop: { server: 'main' } } }),
    projects: [project('shop', { services: {} })],
    says: [says, 'codeb.projects.shop.server: the project has nothing that runs on a server'],
  },
  {
    name: 'an environment with a typing error, and a project with another one',
    settings: { enviroment: 'production', servers: { main: server }, projects: { paintshar: {} } },
    says: [
      "codeb.environment: expected one of 'production', 'staging', 'preview'",
      'codeb.enviroment: unknown key',
      'codeb.projects.paintshar: no such project; there are shop',
    ],
  },
  {
    name: 'nothing that follows from a mistake alone: what no server can be found in',
    settings: settings({ servers: 'main' }),
    says: ['codeb.servers: Invalid input: expected record, received string'],
  },
  {
    name: 'nothing of a project whose chats alone the stack has',
    settings: wrong({ projects: { shop: { only: 'chats', server: 'nope' } } }),
    says: [says],
  },
  {
    name: 'a way to answer for names that is none, with those that there are',
    settings: settings({ servers: { main: { ...server, dns: { backend: 'bind9' } } } }),
    says: ["codeb.servers.main.dns.backend: expected one of 'none', 'powerdns', 'rfc2136'"],
  },
];

describeRefusals('S3.3: settings that their schema refuses are told with', refusals);

describe('S3.3: names in settings of any form', () => {
  test.each([[null], ['production'], [{ environment: 'production', projects: 7, servers: [] }]])('%j', (given) => {
    expect(problems({ settings: given, projects: [project('shop')] }).join()).not.toContain('shop');
  });
});
