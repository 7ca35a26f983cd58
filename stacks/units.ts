/** Quadlet units of a pod: podman-systemd.unit(5). Only the pod's own unit depends on the ports. */

import { type Pool, pools } from './environments.ts';
import { containerName, containerUnit, networkUnit, podUnit } from './names.ts';
import type { AppService, Pod, PostgresService, RedisService } from './pod.ts';
import type { Limits } from './project.ts';
import { commandLine, unitFile } from './unit-file.ts';

/** A unit's text, and the files whose change restarts it. */
export interface Unit {
  content: string;
  restartOn: string[];
}

/** The port that each pool gave. */
export type Allotted = Partial<Record<Pool, number>>;

/** All units of a pod, by file name. */
export function unitsOf(of: Pod, allotted: Allotted): Record<string, Unit> {
  const { slug } = of;
  return {
    [networkUnit(slug)]: network(of),
    [podUnit(slug)]: pod(of, allotted),
    ...(of.postgres && { [containerUnit(slug, 'postgres')]: postgres(of, of.postgres) }),
    ...(of.redis && { [containerUnit(slug, 'redis')]: redis(of, of.redis) }),
    ...(of.app && { [containerUnit(slug, 'app')]: app(of, of.app) }),
  };
}

/** Seconds; an image may have to be pulled first. */
const startTimeout = 300;

/** A network of its own for each slug; `isolate` keeps packets from one to another out. */
function network({ slug }: Pod): Unit {
  const content = unitFile({
    Unit: { Description: `Network of ${slug}` },
    Network: { NetworkName: slug, Options: 'isolate=strict' },
  });
  return { content, restartOn: [] };
}

/** The pod, with every port on 127.0.0.1: Caddy is the one public listener. */
export function pod({ slug, ports }: Pod, allotted: Allotted): Unit {
  const published = pools.flatMap((pool) => {
    const [inner, outer] = [ports[pool]?.inner, allotted[pool]];
    return inner === undefined || outer === undefined ? [] : [`127.0.0.1:${outer}:${inner}`];
  });
  const content = unitFile({
    Unit: { Description: `Pod of ${slug}` },
    Pod: {
      PodName: `project-${slug}`,
      Network: networkUnit(slug),
      PublishPort: published,
      // The default, `stop`, takes the pod down with the restart of its only running container.
      PodmanArgs: '--exit-policy=continue',
    },
    Install: { WantedBy: 'default.target' },
  });
  return { content, restartOn: [] };
}

function app(of: Pod, service: AppService): Unit {
  const { instance, sockets, kinds } = of.shared ?? { instance: '', sockets: '', kinds: [] };
  const databases = [
    ...(of.postgres ? [containerName(of.slug, 'postgres')] : []),
    ...(of.redis ? [containerName(of.slug, 'redis')] : []),
    ...kinds.map((kind) => containerName(instance, kind)),
  ];
  return container(of, 'app', {
    image: service.image,
    limits: service.limits,
    after: databases.map((name) => `${name}.service`),
    files: ['config/app.env', 'config/app.secrets.env'],
    settings: {
      EnvironmentFile: [`${of.directory}/config/app.env`, `${of.directory}/config/app.secrets.env`],
      ReadOnly: service.readOnlyRoot ? 'true' : undefined,
      Tmpfs: service.readOnlyRoot ? '/tmp' : undefined,
      Volume: kinds.map((kind) => `${sockets}/${kind}:${socketFolder}/${kind}:ro`),
      Exec: service.command ? commandLine(service.command) : undefined,
    },
  });
}

/** Where an app finds the sockets of shared databases. */
export const socketFolder = '/run/codeb';

function postgres(of: Pod, service: PostgresService): Unit {
  const { sockets } = of;
  return container(of, 'postgres', {
    image: service.image,
    limits: service.limits,
    files: ['config/postgres.env', 'config/postgres.secrets.env'],
    settings: {
      User: 'postgres',
      EnvironmentFile: [`${of.directory}/config/postgres.env`, `${of.directory}/config/postgres.secrets.env`],
      Environment: `PGDATA=${dataFolder}/pgdata`,
      ReadOnly: 'true',
      Tmpfs: ['/tmp', ...(sockets ? [] : ['/var/run/postgresql'])],
      Volume: [
        `${of.directory}/data/postgres:${dataFolder}:U`,
        ...(sockets ? [`${sockets}/postgres:/var/run/postgresql:U`] : []),
      ],
      Exec: commandLine(['sh', '-c', startPostgres]),
      // Over TCP: while the image fills a new database it answers on the socket alone.
      ...health('pg_isready -q -h 127.0.0.1'),
    },
    service: { ExecStartPost: `/usr/bin/podman exec ${containerName(of.slug, 'postgres')} rm -f ${unfinished}` },
  });
}

const dataFolder = '/var/lib/postgresql/data';
const unfinished = `${dataFolder}/unfinished`;

/** The image takes a database whose making was cut off for a whole one; here it is made again from the start. */
const startPostgres = [
  `if [ -e ${unfinished} ]; then rm -rf "$PGDATA"; fi`,
  `[ -s "$PGDATA/PG_VERSION" ] || : >${unfinished}`,
  'exec docker-entrypoint.sh postgres',
].join('; ');

function redis(of: Pod, service: RedisService): Unit {
  const { sockets } = of;
  const start = sockets ? sharedRedis : ownRedis;
  return container(of, 'redis', {
    image: service.image,
    limits: service.limits,
    files: ['config/redis.secrets.env'],
    settings: {
      User: 'redis',
      EnvironmentFile: `${of.directory}/config/redis.secrets.env`,
      ReadOnly: 'true',
      Tmpfs: '/tmp',
      Volume: [`${of.directory}/data/redis:/data:U`, ...(sockets ? [`${sockets}/redis:${socketFolder}/redis:U`] : [])],
      Exec: commandLine(['sh', '-c', start]),
      ...health('redis-cli ping | grep -q PONG'),
    },
  });
}

const persistence = '--dir /data --appendonly yes';

/** The password reaches Redis through a file only it reads, not through its command line. */
const ownRedis = [
  'umask 077',
  'echo "requirepass $REDISCLI_AUTH" >/tmp/redis.conf',
  `exec redis-server /tmp/redis.conf ${persistence}`,
].join('; ');

/** Users are kept in a file of their own, which `ACL SAVE` writes; the first one is the administrator. */
const sharedRedis = [
  'umask 077',
  'test -s /data/users.acl || echo "user default on >$REDISCLI_AUTH ~* &* +@all" >/data/users.acl',
  'umask 022',
  `exec redis-server ${persistence} --aclfile /data/users.acl --unixsocket ${socketFolder}/redis/redis.sock --unixsocketperm 777`,
].join('; ');

interface ContainerParts {
  image: string;
  limits: Limits;
  after?: string[];
  /** Files whose change restarts it. */
  files: string[];
  settings: Record<string, string | readonly string[] | undefined>;
  /** Beside what every service has. */
  service?: Record<string, string>;
}

function container(of: Pod, purpose: Pool, parts: ContainerParts): Unit {
  const { after = [], limits } = parts;
  const content = unitFile({
    Unit: {
      Description: `${purpose} of ${of.slug}`,
      After: after.join(' ') || undefined,
      // Not Requires=: a database that restarts does not take the app with it.
      Wants: after.join(' ') || undefined,
      StartLimitIntervalSec: 600,
      StartLimitBurst: 20,
    },
    Container: {
      ContainerName: containerName(of.slug, purpose),
      Image: parts.image,
      Pod: podUnit(of.slug),
      NoNewPrivileges: 'true',
      DropCapability: 'ALL',
      // A process that ignores SIGTERM as PID 1 would cost its whole stop timeout.
      RunInit: 'true',
      LogDriver: 'journald',
      ...parts.settings,
    },
    Service: {
      Restart: 'always',
      RestartSec: 5,
      TimeoutStartSec: startTimeout,
      MemoryMax: limits.memory,
      CPUQuota: `${Math.round(limits.cpus * 100)}%`,
      TasksMax: limits.tasks,
      ...parts.service,
    },
    Install: { WantedBy: 'default.target' },
  });
  return { content, restartOn: parts.files };
}

/** Started when it answers; often at first, then seldom, since each check is a process. */
function health(command: string): Record<string, string> {
  return {
    Notify: 'healthy',
    HealthCmd: command,
    HealthInterval: '60s',
    HealthTimeout: '5s',
    HealthStartupCmd: command,
    HealthStartupInterval: '1s',
    HealthStartupRetries: '0',
  };
}
