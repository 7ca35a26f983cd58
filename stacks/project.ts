/** A hosted project: what it is, wherever it runs. */
import { z } from 'zod';
import { bucket, chatSites, pages } from './cloudflare.ts';
import { environmentNames } from './environments.ts';
import { externals } from './external.ts';
import { github, onGithub } from './github.ts';
import { image } from './image.ts';
import { dnsName, label } from './names.ts';
import {
  innerPortProblems,
  mostReplicas,
  postgresOwnNames,
  publishedPort,
  serviceNames,
  type Services,
  services,
} from './services.ts';
import { variables } from './variables.ts';

const deployment = z.strictObject({
  /** Name of a server in the settings; without one, nothing of the project is on a server in this environment. */
  server: label.optional(),
  /** In place of the images of these apps and workers. */
  images: z.record(label, image).default({}),
  /** In place of how many of these apps and workers there are. */
  replicas: z.record(label, z.int().min(0).max(mostReplicas)).default({}),
  /** In place of the published ports of these apps. */
  publishedPorts: z.record(label, publishedPort).default({}),
  /** Names beside the derived one, of the app that has the project's own name. */
  customDomains: z.array(dnsName).default([]),
});

/** Features that are switched while the app runs: it reads them from the file that `CODEB_SWITCHES_FILE` names. */
const switches = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/, "expected a name such as 'battle'"),
  z.union([z.boolean(), z.partialRecord(z.enum(environmentNames), z.boolean())]),
);

/** Modes of its networks, and the one that it has: https://docs.podman.io/en/stable/markdown/podman-run.1.html#network-mode-net */
const podmanNetworks = 'bridge container default host none ns pasta podman private slirp4netns'.split(' ');

export const project = z
  .strictObject({
    /** Its slug in production; containers, folders and hosts are called after it. */
    name: label
      .refine((name) => name !== 'shared', { message: 'is the name of the shared databases' })
      .refine((name) => !podmanNetworks.includes(name), {
        message: 'is a network of Podman, and no new one of that name can be',
      })
      .refine((name) => !/-(staging|shared|pr-\d+)$/.test(name), {
        message: 'ends like the slug of another environment',
      }),
    /** Kind of app, for people and for the registry document. */
    type: z.string().min(1).optional(),
    /** Where its code is; on github.com where it has `github`. */
    repository: z.url().optional(),
    /** A part of the platform itself: may claim a system port, and its host is one label in every environment. */
    system: z.boolean().default(false),
    /** Where it is visited. */
    domain: z.strictObject({
      /** Domain that its names are below, in a zone of its server or on Cloudflare. */
      base: dnsName,
      /** Label below the base domain, or `@` for the base domain itself; the project's name where none is given. */
      host: z.union([label, z.literal('@')]).optional(),
    }),
    /** Where it is in each environment that it has, one at least. */
    environments: z
      .partialRecord(z.enum(environmentNames), deployment)
      .refine((all) => Object.keys(all).length > 0, { message: 'expected at least one environment' }),
    /** What runs on its server. */
    services: services.prefault({}),
    pages: pages.optional(),
    chats: chatSites.optional(),
    bucket: bucket.optional(),
    /** Services that run elsewhere. */
    externals: externals.default({}),
    /** The variable matrix: what its apps, workers, jobs and sites are told. */
    variables: variables.default({}),
    switches: switches.default({}),
    github: github.optional(),
    /** What a delete does with the project's folder; the environment's rule in previews and where none is given. */
    onDelete: z.enum(['keep', 'archive', 'remove']).optional(),
  })
  .superRefine((given, context) => {
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const { apps, workers, postgres, redis } = given.services;
    const known = serviceNames(given.services);
    for (const [environment, deployment] of Object.entries(given.environments)) {
      if (!deployment) continue;
      for (const key of ['images', 'replicas', 'publishedPorts'] as const) {
        for (const name of Object.keys(deployment[key])) {
          const allowed = key === 'publishedPorts' ? Object.keys(apps) : known;
          if (allowed.includes(name)) continue;
          const message = `no such service; there are ${allowed.join(', ') || 'none'}`;
          issue(['environments', environment, key, name], message);
        }
      }
      const asked = Object.keys(apps).filter((name) => deployment.replicas[name] === 0);
      for (const name of asked) issue(['environments', environment, 'replicas', name], 'an app has at least one');
      for (const message of replicaProblems(given.services, deployment.replicas)) {
        issue(['environments', environment, 'replicas'], message);
      }
      if (Object.keys(apps).length === 0 && deployment.customDomains.length > 0) {
        issue(['environments', environment, 'customDomains'], 'are of an app, and the project has none');
      }
    }
    if (postgres && postgres.database === undefined && postgresOwnNames.includes(given.name)) {
      const message = `is missing: the project's name '${given.name}' is PostgreSQL's own`;
      issue(['services', 'postgres', 'database'], message);
    }
    for (const [name, { services: receivers = [] }] of Object.entries(given.variables)) {
      for (const receiver of receivers) {
        if (!known.includes(receiver)) issue(['variables', name, 'services'], `no such service: '${receiver}'`);
      }
    }
    for (const [name, { variables: names }] of Object.entries(given.externals)) {
      for (const variable of names) {
        if (!Object.hasOwn(given.variables, variable)) {
          issue(['externals', name, 'variables'], `'${variable}' is not in the variable matrix`);
        }
      }
    }
    if (Object.keys(workers).length > 0 && !redis) issue(['services', 'workers'], 'have no Redis to take work from');
    if (given.github && !onGithub.safeParse(given.repository).success) {
      issue(['repository'], "expected 'https://github.com/{owner}/{name}': its environments are kept there");
    }
  });

/** What the counts of an environment bring about. */
function replicaProblems(services: Services, replicas: Record<string, number>): string[] {
  const before = innerPortProblems(services).map(({ message }) => message);
  const apps = Object.fromEntries(
    Object.entries(services.apps).map(([name, app]) => [name, { ...app, replicas: replicas[name] ?? app.replicas }]),
  );
  return innerPortProblems({ ...services, apps }).flatMap(({ message }) => (before.includes(message) ? [] : [message]));
}

/** As a project file writes it. */
export type ProjectSpec = z.input<typeof project>;
export type Project = z.output<typeof project>;
export type Deployment = z.output<typeof deployment>;
