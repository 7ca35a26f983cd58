/** What one project becomes in a stage of a stack. */
import { environments, type Pool } from './environments.ts';
import { parseImage, versionOf } from './image.ts';
import { directoryOf, domainOf, type Stage, slugOf } from './names.ts';
import { type AppService, type DatabaseKind, filesFor, type PasswordRequest, type Pod } from './pod.ts';
import { claimSystemPort, type PortRequest, requestPort } from './ports.ts';
import type { Project } from './project.ts';
import { type RecordRequest, recordsOf } from './records.ts';
import type { Server } from './settings.ts';
import { sharedDatabases } from './shared-databases.ts';

/** A project in the place that the stack gives it. */
export interface Placement {
  project: Project;
  stage: Stage;
  /** Name of the server. */
  server: string;
  settings: Server;
  image: string;
  /** Where these values stand, for messages. */
  paths: { publishedPort: string; customDomains: string };
  publishedPort?: Project['services']['app']['publishedPort'];
  customDomains: string[];
}

export interface PlannedProject extends Pod {
  /** The project's name in every environment. */
  name: string;
  stage: Stage;
  type?: string;
  repository?: string;
  app: AppService;
  /** The derived name first. */
  domains: [string, ...string[]];
  url: string;
  records: RecordRequest[];
  /** The role and database in the shared instance. */
  sharedDatabase?: string;
  /** Names of all variables that the app gets. */
  variables: string[];
}

export function planProject(placement: Placement): PlannedProject {
  const { project, stage, server, settings } = placement;
  const slug = slugOf(project.name, stage);
  const directory = directoryOf(slug);
  const host = project.domain.host ?? project.name;
  const derived = domainOf({ base: project.domain.base, host, kind: project.system ? 'platform' : 'project' }, stage);
  const domains: [string, ...string[]] = [derived, ...placement.customDomains];
  const { postgres, redis } = project.services;
  const own = databaseKinds(project, 'own');
  const shared = databaseKinds(project, 'shared');
  const database = postgres?.database ?? project.name;
  const app = appService(placement);
  return {
    name: project.name,
    stage,
    slug,
    server,
    directory,
    ...(project.type !== undefined && { type: project.type }),
    ...(project.repository !== undefined && { repository: project.repository }),
    domains,
    url: `https://${derived}`,
    records: domains.flatMap((domain) => recordsOf(settings, domain)),
    folders: foldersFor(own),
    files: filesFor(['app', ...own]),
    ports: portsFor(placement, slug, own),
    passwords: [...own, ...shared].sort().map((kind) => passwordFor(slug, kind)),
    app,
    ...(postgres?.kind === 'own' && {
      postgres: {
        image: `docker.io/library/postgres:${postgres.version}`,
        role: database,
        database,
        limits: postgres.limits,
      },
    }),
    ...(redis?.kind === 'own' && {
      redis: { image: `docker.io/library/redis:${redis.version}`, limits: redis.limits },
    }),
    ...(shared.length > 0 && { shared: sharedDatabases(stage, shared) }),
    ...(shared.includes('postgres') && { sharedDatabase: database }),
    variables: [...Object.keys(app.environment), ...secretNames(project), ...urlNames(project)].sort(),
    onDelete: project.onDelete ?? environments[stage.environment].onDelete,
  };
}

function databaseKinds({ services }: Project, kind: 'own' | 'shared'): DatabaseKind[] {
  const all: DatabaseKind[] = ['postgres', 'redis'];
  return all.filter((database) => services[database]?.kind === kind);
}

/** Source: celly-creative's deployment architecture, "디렉토리 구조". */
function foldersFor(own: DatabaseKind[]): Record<string, string> {
  return {
    app: '0750',
    config: '0700',
    data: '0755',
    ...Object.fromEntries(own.map((kind) => [`data/${kind}`, '0700'])),
    logs: '0750',
  };
}

function passwordFor(slug: string, purpose: DatabaseKind): PasswordRequest {
  return {
    purpose,
    owner: `${slug}/${purpose}`,
    path: `${directoryOf(slug)}/config/${purpose}.password`,
  };
}

const inner = { postgres: 5432, redis: 6379 };

function portsFor(
  { project, stage, settings, publishedPort }: Placement,
  slug: string,
  own: DatabaseKind[],
): Partial<Record<Pool, PortRequest>> {
  const app = { pool: 'app', owner: `${slug}/app`, inner: project.services.app.port } as const;
  const published = own.filter((kind) => {
    const service = project.services[kind];
    return service?.kind === 'own' && service.publish;
  });
  return {
    app:
      typeof publishedPort === 'string'
        ? claimSystemPort(app, publishedPort)
        : requestPort(settings, stage, app, publishedPort),
    ...Object.fromEntries(
      published.map((pool) => [
        pool,
        requestPort(settings, stage, { pool, owner: `${slug}/${pool}`, inner: inner[pool] }),
      ]),
    ),
  };
}

function secretNames({ variables }: Project): string[] {
  return Object.keys(variables).filter((name) => variables[name]?.kind === 'secret');
}

function urlNames({ services }: Project): string[] {
  return [...(services.postgres ? ['DATABASE_URL'] : []), ...(services.redis ? ['REDIS_URL'] : [])];
}

function appService({ project, stage, image }: Placement): AppService {
  const { app, redis } = project.services;
  const reference = parseImage(image);
  const version = reference ? versionOf(reference) : image;
  const plain = Object.entries(project.variables).flatMap(([name, variable]) =>
    variable.kind === 'secret' ? [] : [[name, variable.value]],
  );
  return {
    image,
    version,
    port: app.port,
    health: app.health,
    limits: app.limits,
    readOnlyRoot: app.readOnlyRoot,
    ...(app.command && { command: app.command }),
    environment: {
      CODEB_ENVIRONMENT: stage.environment,
      CODEB_PROJECT: project.name,
      CODEB_VERSION: version,
      PORT: String(app.port),
      ...(redis?.kind === 'shared' && { REDIS_KEY_PREFIX: `${project.name}:` }),
      ...Object.fromEntries(plain),
    },
    secrets: secretNames(project),
  };
}
