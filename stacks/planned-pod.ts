/** The pod of a project: what of it runs on its server. */
import { environments } from './environments.ts';
import { directoryOf, slugOf, templatesOf } from './names.ts';
import type { Placement } from './placement.ts';
import { plannedApps, plannedWorkers } from './planned-services.ts';
import {
  type AppService,
  type DatabaseKind,
  databaseKinds,
  filesFor,
  migrationFile,
  type PasswordRequest,
  type Pod,
  switchesFile,
} from './pod.ts';
import { claimSystemPort, type PortRequest, requestPort } from './ports.ts';
import type { Project } from './project.ts';
import { recoveryFolders, recoveryScripts } from './recovery.ts';
import { sharedDatabases } from './shared-databases.ts';
import type { PlannedVariable } from './variables.ts';

type OnServer = Placement & { server: NonNullable<Placement['server']> };

export function planPod(placement: OnServer, variables: readonly PlannedVariable[]): Pod {
  const { project, stage, server } = placement;
  const slug = slugOf(project.name, stage);
  const own = kindsOf(project, 'own');
  const shared = kindsOf(project, 'shared');
  const apps = plannedApps(placement, variables);
  const workers = plannedWorkers(placement, variables);
  const directory = directoryOf(slug);
  const running = workers.filter(({ replicas }) => replicas.length > 0);
  const queue = running.length > 0 && own.includes('redis');
  const rules = environments[stage.environment];
  const readOnly = project.services.postgres?.readOnlyIn.includes(stage.environment) ?? false;
  const live = Object.keys(project.switches).length > 0;
  const databases = databasesOf(placement);
  const recovery = databases.postgres?.recoveryDays !== undefined;
  return {
    slug,
    server: server.name,
    directory,
    folders: {
      ...foldersFor(own),
      ...(queue && { sockets: '0700', 'sockets/redis': '0755' }),
      ...(live && { 'config/live': '0755' }),
      ...(recovery && recoveryFolders),
    },
    files: {
      ...filesFor(
        own,
        [...apps, ...running].map(({ name }) => name),
      ),
      ...(live && { [switchesFile]: '0644' }),
      ...(readOnly && { [migrationFile]: '0600' }),
      ...(recovery && Object.fromEntries(Object.keys(recoveryScripts).map((path) => [path, '0644']))),
    },
    ports: portsFor(placement, slug, { own, apps }),
    passwords: [...own, ...shared].sort().map((kind) => passwordFor(slug, kind)),
    apps,
    workers: running,
    ...databases,
    ...(shared.length > 0 && { shared: sharedDatabases(stage, project.name, shared) }),
    ...(queue && { queueSocket: `${directory}/sockets` }),
    readOnly,
    onDelete: onDeleteOf(placement),
    protectData: own.length > 0 && (placement.protectData ?? rules.protectData),
  };
}

/** What is made for a time goes with its data, whatever the project keeps elsewhere. */
export function onDeleteOf({ project, stage }: Placement): Pod['onDelete'] {
  const { lifetime, onDelete } = environments[stage.environment];
  return lifetime ? onDelete : (project.onDelete ?? onDelete);
}

function kindsOf({ services }: Project, kind: 'own' | 'shared'): DatabaseKind[] {
  return databaseKinds.filter((database) => services[database]?.kind === kind);
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

function databasesOf({ project, stage }: Placement): Pick<Pod, 'postgres' | 'redis'> {
  const { postgres, redis } = project.services;
  const template = stage.environment === 'preview' && postgres?.kind === 'own' && postgres.template;
  const database = postgres?.database ?? project.name;
  return {
    ...(postgres?.kind === 'own' && {
      postgres: {
        image: `docker.io/library/postgres:${postgres.version}`,
        role: database,
        database,
        limits: postgres.limits,
        ...(postgres.logicalReplication && { logicalReplication: true }),
        ...(template && { template: templatesOf(project.name) }),
        ...(postgres.recoveryDays !== undefined &&
          environments[stage.environment].recovery && { recoveryDays: postgres.recoveryDays }),
      },
    }),
    ...(redis?.kind === 'own' && {
      redis: { image: `docker.io/library/redis:${redis.version}`, limits: redis.limits },
    }),
  };
}

const inner = { postgres: 5432, redis: 6379 };

function portsFor(
  { project, stage, server, deployment }: OnServer,
  slug: string,
  { own, apps }: { own: DatabaseKind[]; apps: AppService[] },
): Record<string, PortRequest> {
  const published = own.filter((kind) => {
    const service = project.services[kind];
    return service?.kind === 'own' && service.publish;
  });
  const ofApps = apps.flatMap(({ name, replicas }) =>
    replicas.map((replica, index): [string, PortRequest] => {
      const request = { pool: 'app', owner: `${slug}/${replica.name}`, inner: replica.port } as const;
      const asked = deployment.publishedPorts[name] ?? project.services.apps[name]?.publishedPort;
      if (index > 0 || asked === undefined) return [replica.name, requestPort(server.settings, stage, request)];
      return [
        replica.name,
        typeof asked === 'string'
          ? claimSystemPort(request, asked)
          : requestPort(server.settings, stage, request, asked),
      ];
    }),
  );
  return {
    ...Object.fromEntries(ofApps),
    ...Object.fromEntries(
      published.map((pool) => [
        pool,
        requestPort(server.settings, stage, { pool, owner: `${slug}/${pool}`, inner: inner[pool] }),
      ]),
    ),
  };
}
