/** The registry document of a stack, from its plan and from what only the deployment knows. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Pool } from './environments.ts';
import { parseImage, versionOf } from './image.ts';
import { containerName, containerUnit, stageName } from './names.ts';
import type { Plan } from './plan.ts';
import type { PlannedProject } from './planned-project.ts';
import type { Pod } from './pod.ts';
import type { environment, image, purposes, Registry, status } from './registry.ts';
import type { Server } from './settings.ts';
import { type Allotted, type Pinned, unitsOf } from './units.ts';

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
