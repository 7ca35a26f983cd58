/** The containers of a pod on a server with engine docker: pure, from the plan and what the deployment knows. */
import { type DockerContainer, dockerContainer } from './docker-container.ts';
import { dockerPostgres, dockerPostgresUrl, dockerRedis, dockerRedisUrl, queueMount } from './docker-databases.ts';
import { passwordOf } from './docker-secrets.ts';
import { queueRedisUrl, readOnlyUrl } from './environment-files.ts';
import { switchesFolder } from './planned-services.ts';
import { type AppService, type Pod, type Replica, switchesFile, type WorkerService } from './pod.ts';
import type { Allotted, Pinned } from './units.ts';

/** All of them, each after those that it needs. */
export function dockerContainersOf(of: Pod, allotted: Allotted = {}, pinned: Pinned = {}): DockerContainer[] {
  const image = (reference: string) => pinned[reference] ?? reference;
  const ports = (name: string) => publishedOf(of, name, allotted);
  const { postgres, redis } = of;
  return [
    ...(postgres
      ? [dockerPostgres(of, { service: postgres, image: image(postgres.image), ports: ports('postgres') })]
      : []),
    ...(redis ? [dockerRedis(of, { service: redis, image: image(redis.image), ports: ports('redis') })] : []),
    ...of.apps.flatMap((service) =>
      service.replicas.map((replica, index) =>
        app(of, {
          service,
          replica,
          image: image(service.image),
          ports: ports(replica.name),
          before: service.replicas[index - 1],
        }),
      ),
    ),
    ...of.workers.flatMap((service) =>
      service.replicas.map((purpose) => worker(of, { purpose, service, image: image(service.image) })),
    ),
  ];
}

function publishedOf({ ports }: Pod, name: string, allotted: Allotted): DockerContainer['ports'] {
  const request = ports[name];
  if (!request) return [];
  const outer = allotted[name];
  return [{ inner: request.inner, ...(outer !== undefined && { outer }) }];
}

/** What apps and workers have in common. */
function service({ limits, readOnlyRoot, command, secrets }: AppService | WorkerService) {
  return { limits, readOnlyRoot, secrets, tmpfs: readOnlyRoot ? ['/tmp'] : [], ...(command && { command }) };
}

function databasesOf({ postgres, redis }: Pod): string[] {
  return [...(postgres ? ['postgres'] : []), ...(redis ? ['redis'] : [])];
}

interface AppParts {
  service: AppService;
  replica: Replica;
  image: string;
  ports: DockerContainer['ports'];
  /** The one that answers while this one is changed. */
  before: Replica | undefined;
}

function app(of: Pod, { service: planned, replica, image, ports, before }: AppParts): DockerContainer {
  return dockerContainer(of, {
    ...service(planned),
    purpose: replica.name,
    kind: 'app',
    image,
    ports,
    environment: { ...environmentOf(of, planned, of.readOnly), PORT: String(replica.port) },
    // The folder, not the file: a file that is replaced would stay the old one inside.
    mounts:
      switchesFile in of.files
        ? [{ source: `${of.directory}/config/live`, target: switchesFolder, readOnly: true, whenMissing: 'refused' }]
        : [],
    after: [...databasesOf(of), ...(before ? [before.name] : [])],
  });
}

/** What an app is told, and its migration, which writes where the app may only read. */
export function environmentOf(of: Pod, { environment }: AppService, readOnly: boolean): Record<string, string> {
  const database = of.postgres && dockerPostgresUrl(of, of.postgres);
  return {
    ...environment,
    ...(database !== undefined && { DATABASE_URL: readOnly ? readOnlyUrl(database) : database }),
    ...(of.redis && { REDIS_URL: dockerRedisUrl(of) }),
  };
}

interface WorkerParts {
  purpose: string;
  service: WorkerService;
  image: string;
}

/** Only the socket of the queue leads out of it. */
function worker({ queueSocket, ...of }: Pod, { purpose, service: planned, image }: WorkerParts): DockerContainer {
  return dockerContainer(of, {
    ...service(planned),
    purpose,
    kind: 'worker',
    image,
    network: 'none',
    environment: {
      ...planned.environment,
      ...(queueSocket !== undefined && { REDIS_URL: queueRedisUrl(passwordOf('redis')) }),
    },
    mounts: queueSocket === undefined ? [] : [queueMount(queueSocket, true)],
    after: databasesOf(of).filter((purpose) => purpose === 'redis'),
  });
}
