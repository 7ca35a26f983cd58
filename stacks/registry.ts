/**
 * The registry document that other tools read from `pulumi stack output registry`: no secret in it, and the same
 * deployment gives the same document. Source: CodeB master plan, 5.1; ports are told apart by server.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { environmentNames, type Pool } from './environments.ts';
import { parseImage, versionOf } from './image.ts';
import { containerName, containerUnit, stageName } from './names.ts';
import type { Plan } from './plan.ts';
import type { PlannedProject } from './planned-project.ts';
import type { Pod } from './pod.ts';
import type { Server } from './settings.ts';
import { type Allotted, type Pinned, unitsOf } from './units.ts';

const time = z.iso.datetime();
const port = z.int().min(1).max(65535);
const status = z.enum(['running', 'degraded', 'static']);
const purposes = ['app', 'db', 'redis'] as const;

const image = z.strictObject({
  image: z.string().describe('As the stack names it'),
  version: z.string().describe('Its tag, or its digest'),
  digest: z.string().describe('What that name meant when it was deployed'),
  previous: z.string().optional().describe('What ran before, still on the server: set it as the image to go back'),
});

const environment = z.strictObject({
  environment: z.enum(environmentNames),
  status: status.describe('`running` when every service is active; `static` for a project that has none'),
  server: z.string().optional().describe('Name of the server in the settings of the stack'),
  domain: z.string(),
  domains: z.array(z.string()).describe('All names, the first one included'),
  url: z.url(),
  ports: z.record(z.string(), port).describe('On 127.0.0.1 of the server, by app, `db` and `redis`'),
  deployedAt: time.optional().describe('When what runs on the server was last changed; not with the engine docker'),
  containers: z.record(z.string(), z.string()).describe('By app, worker, `db` and `redis`'),
  units: z.array(z.string()).describe('Quadlet units'),
  version: z.string().optional().describe("Tag of the first app's image"),
  imageTag: z.string().optional().describe("The first app's image as the stack names it"),
  images: z.record(z.string(), image).describe('By app, worker, `db` and `redis`'),
  sites: z.array(z.strictObject({ name: z.string(), domains: z.array(z.string()) })).describe('On Cloudflare Pages'),
  bucket: z.string().optional().describe('On Cloudflare R2'),
  externals: z
    .array(z.strictObject({ name: z.string(), kind: z.string(), host: z.string(), health: z.url().optional() }))
    .describe('What runs elsewhere'),
  switches: z.record(z.string(), z.boolean()),
});

export const registry = z.strictObject({
  version: z.literal('1.3.0').describe('Of this format'),
  lastUpdated: time.optional().describe('When the last of what follows was'),
  projects: z.record(
    z.string(),
    z.strictObject({
      id: z
        .string()
        .regex(/^proj_[0-9a-f]{12}$/)
        .describe('From its name: the same in every stack'),
      name: z.string(),
      createdAt: time.optional().describe('When what it has on the server was made'),
      updatedAt: time.optional().describe('When that was last changed'),
      type: z.string().optional(),
      repository: z.url().optional(),
      environments: z.record(z.string(), environment).describe('By stage: production, staging, pr-12'),
      config: z.strictObject({
        buildCommand: z.string().optional().describe('What builds its site, where Pages does that'),
        startCommand: z.string().optional().describe("What the first app runs in place of its image's own command"),
        healthCheck: z.string().optional().describe('Path that decides whether a deploy of the first app holds'),
        envVars: z.array(z.string()).describe('Names of the variables that the project has'),
      }),
    }),
  ),
  portAllocations: z
    .record(z.string(), z.record(z.enum(purposes), z.record(z.string(), z.string())))
    .describe('By server and purpose: `{project}/{stage}` by port'),
});

export type Registry = z.output<typeof registry>;

/** JSON Schema (2020-12) of the document. */
export function registryJsonSchema(): unknown {
  return z.toJSONSchema(registry, { io: 'output' });
}

/** What only the deployment knows of a project. */
export interface Deployed {
  ports: Allotted;
  /** What each image's reference means. */
  pinned: Pinned;
  /** By unit: the reference that ran before. */
  previous: Record<string, string>;
  /** ISO 8601, UTC. */
  createdAt?: string;
  /** Nobody tells where the engine is Docker. */
  deployedAt?: string;
  status: z.output<typeof status>;
}

/** From the states of all services of a project. */
export function serviceState(states: Record<string, string>): 'running' | 'degraded' {
  return Object.values(states).every((state) => state === 'active') ? 'running' : 'degraded';
}

const purposeOf: Record<Pool, (typeof purposes)[number]> = { app: 'app', postgres: 'db', redis: 'redis' };

/** The document of a stack, from its plan and what became of each slug. */
export function registryOf({ projects, servers }: Plan, deployed: Record<string, Deployed>): Registry {
  const lastUpdated = latestOf(projects.map(({ slug }) => deployed[slug]?.deployedAt));
  const document: Registry = {
    version: '1.3.0',
    ...(lastUpdated !== undefined && { lastUpdated }),
    projects: {},
    portAllocations: {},
  };
  for (const project of projects) {
    const found = deployed[project.slug];
    if (!found) continue;
    const stage = stageName(project.stage);
    document.projects[project.name] = {
      id: idOf(project.name),
      name: project.name,
      ...(found.createdAt !== undefined && { createdAt: found.createdAt }),
      ...(found.deployedAt !== undefined && { updatedAt: found.deployedAt }),
      ...(project.type !== undefined && { type: project.type }),
      ...(project.repository !== undefined && { repository: project.repository }),
      environments: { [stage]: deploymentOf(project, found, engineOf(servers, project)) },
      config: configOf(project),
    };
    if (project.pod) allocate(document, project.pod, { found, holder: `${project.name}/${stage}` });
  }
  return document;
}

/** Of times in one notation, whose order is that of their texts. */
function latestOf(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((one) => one !== undefined)
    .sort()
    .at(-1);
}

function idOf(name: string): string {
  return `proj_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

function configOf(project: PlannedProject): Registry['projects'][string]['config'] {
  const [first] = project.pod?.apps ?? [];
  const buildCommand = project.sites.find((site) => site.buildCommand !== undefined)?.buildCommand;
  return {
    ...(buildCommand !== undefined && { buildCommand }),
    ...(first?.command && { startCommand: first.command.map(shellWord).join(' ') }),
    ...(first && { healthCheck: first.health.path }),
    envVars: variableNames(project),
  };
}

/** A word that a shell reads as itself. Source: POSIX, Shell Command Language, 2.2. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Names of all variables, those that the platform sets included. */
export function variableNames({ pod, variables, bucket }: PlannedProject): string[] {
  const own = [...(pod?.apps ?? []), ...(pod?.workers ?? [])].flatMap(({ environment }) => Object.keys(environment));
  const urls = {
    DATABASE_URL: pod?.postgres ?? pod?.shared?.kinds.includes('postgres'),
    REDIS_URL: pod?.redis ?? pod?.shared?.kinds.includes('redis'),
    PORT: pod?.apps[0],
    S3_BUCKET: bucket,
    S3_ENDPOINT: bucket,
    S3_ACCESS_KEY_ID: bucket,
    S3_SECRET_ACCESS_KEY: bucket,
  };
  const set = Object.entries(urls).flatMap(([name, there]) => (there ? [name] : []));
  return [...new Set([...own, ...set, ...variables.map(({ name }) => name)])].sort();
}

function allocate(document: Registry, pod: Pod, { found, holder }: { found: Deployed; holder: string }): void {
  const allocations = document.portAllocations[pod.server] ?? { app: {}, db: {}, redis: {} };
  document.portAllocations[pod.server] = allocations;
  for (const [name, { pool }] of Object.entries(pod.ports)) {
    const number = found.ports[name];
    if (number !== undefined) allocations[purposeOf[pool]][String(number)] = holder;
  }
}

/** `db` is what others call the container `postgres`. */
function purposeName(name: string): string {
  return name === 'postgres' ? 'db' : name;
}

function engineOf(servers: Plan['servers'], { pod }: PlannedProject): Server['engine'] | undefined {
  return pod && servers[pod.server]?.settings.engine;
}

function deploymentOf(
  project: PlannedProject,
  found: Deployed,
  engine: Server['engine'] | undefined,
): z.output<typeof environment> {
  const { pod, sites, stage, url, bucket, externals, switches } = project;
  const domains = [...(pod?.apps ?? []), ...sites].flatMap((part) => part.domains);
  const [first] = pod?.apps ?? [];
  const units = pod ? Object.keys(unitsOf(pod)) : [];
  return {
    environment: stage.environment,
    status: found.status,
    ...(pod && { server: pod.server }),
    domain: new URL(url).hostname,
    domains,
    url,
    ports: Object.fromEntries(Object.entries(found.ports).map(([name, number]) => [purposeName(name), number])),
    ...(found.deployedAt !== undefined && { deployedAt: found.deployedAt }),
    containers: pod ? containersOf(pod, units) : {},
    units: engine === 'docker' ? [] : units,
    ...(first && { version: first.version, imageTag: first.image }),
    images: pod ? imagesOf(pod, found) : {},
    sites: sites.map(({ name, domains: own }) => ({ name, domains: own })),
    ...(bucket && { bucket: bucket.name }),
    externals: externals.map(({ name, kind, host, health }) => ({ name, kind, host, ...(health && { health }) })),
    switches,
  };
}

function containersOf({ slug, apps, workers }: Pod, units: string[]): Record<string, string> {
  const names = [
    ...apps.flatMap(({ replicas }) => replicas.map(({ name }) => name)),
    'postgres',
    'redis',
    ...workers.flatMap(({ replicas }) => replicas),
  ];
  return Object.fromEntries(
    names
      .filter((name) => units.includes(containerUnit(slug, name)))
      .map((name) => [purposeName(name), containerName(slug, name)]),
  );
}

function imagesOf(
  { slug, apps, workers, postgres, redis }: Pod,
  { pinned, previous }: Deployed,
): Record<string, z.output<typeof image>> {
  const databases = Object.entries({ postgres, redis }).flatMap(([name, service]) =>
    service ? [{ name, image: service.image }] : [],
  );
  return Object.fromEntries(
    [...databases, ...apps, ...workers].map((service) => {
      const before = previous[containerUnit(slug, service.name)];
      const found = parseImage(service.image);
      return [
        purposeName(service.name),
        {
          image: service.image,
          version: found ? versionOf(found) : '',
          digest: parseImage(pinned[service.image] ?? service.image)?.digest ?? '',
          ...(before !== undefined && { previous: before }),
        },
      ];
    }),
  );
}
