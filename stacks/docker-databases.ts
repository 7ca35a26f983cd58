/** Databases as Docker runs them: read-only, without a capability, their data in the project's folder. */
import { type DockerContainer, dockerContainer } from './docker-container.ts';
import { passwordOf } from './docker-secrets.ts';
import { postgresSecrets, postgresVariables, redisSecrets } from './environment-files.ts';
import { containerName } from './names.ts';
import type { Pod, PostgresService, RedisService } from './pod.ts';
import { socketFolder } from './shared-databases.ts';

interface Parts<Service> {
  service: Service;
  image: string;
  ports: DockerContainer['ports'];
}

const dataFolder = '/var/lib/postgresql/data';
const unfinished = `${dataFolder}/unfinished`;
// Over TCP: while the image fills a new database it answers on the socket alone.
const answers = 'pg_isready -q -h 127.0.0.1';

export function dockerPostgres(of: Pod, { service, image, ports }: Parts<PostgresService>): DockerContainer {
  return dockerContainer(of, {
    purpose: 'postgres',
    kind: 'database',
    image,
    ports,
    limits: service.limits,
    user: 'postgres',
    command: ['sh', '-c', startPostgres(service)],
    environment: {
      ...postgresVariables(service),
      ...postgresSecrets(passwordOf('postgres')),
      PGDATA: `${dataFolder}/pgdata`,
    },
    tmpfs: ['/tmp', '/var/run/postgresql'],
    mounts: [
      { source: `${of.directory}/data/postgres`, target: dataFolder, readOnly: false, whenMissing: 'refused' },
      ...(service.template
        ? [
            {
              source: service.template,
              target: '/docker-entrypoint-initdb.d',
              readOnly: true,
              // Where nobody has put dumps there, the database starts empty.
              whenMissing: 'made' as const,
            },
          ]
        : []),
    ],
    health: answers,
  });
}

/** The image takes a database whose making was cut off for a whole one; here it is made again from the start. */
function startPostgres({ logicalReplication }: PostgresService): string {
  return [
    `if [ -e ${unfinished} ]; then rm -rf "$PGDATA"; fi`,
    `[ -s "$PGDATA/PG_VERSION" ] || : >${unfinished}`,
    `[ ! -e ${unfinished} ] || { until ${answers}; do sleep 1; done; rm -f ${unfinished}; } &`,
    `exec docker-entrypoint.sh postgres${logicalReplication ? ' -c wal_level=logical' : ''}`,
  ].join('\n');
}

export function dockerRedis(of: Pod, { service, image, ports }: Parts<RedisService>): DockerContainer {
  const { queueSocket } = of;
  const socket = `--unixsocket ${socketFolder}/redis/redis.sock --unixsocketperm 777`;
  return dockerContainer(of, {
    purpose: 'redis',
    kind: 'database',
    image,
    ports,
    limits: service.limits,
    user: 'redis',
    command: ['sh', '-c', queueSocket === undefined ? startRedis : `${startRedis} ${socket}`],
    environment: redisSecrets(passwordOf('redis')),
    mounts: [
      { source: `${of.directory}/data/redis`, target: '/data', readOnly: false, whenMissing: 'refused' },
      ...(queueSocket === undefined ? [] : [queueMount(queueSocket, false)]),
    ],
    health: 'redis-cli ping | grep -q PONG',
  });
}

/** The password reaches Redis through a file only it reads, not through its command line. */
const startRedis = [
  'umask 077',
  'echo "requirepass $REDISCLI_AUTH" >/tmp/redis.conf',
  'exec redis-server /tmp/redis.conf --dir /data --appendonly yes',
].join('\n');

/** The folder of the socket on which workers without a network reach Redis. */
export function queueMount(queueSocket: string, readOnly: boolean): DockerContainer['mounts'][number] {
  return { source: `${queueSocket}/redis`, target: `${socketFolder}/redis`, readOnly, whenMissing: 'refused' };
}

/** `DATABASE_URL`, which names the container: each has a network of its own. */
export function dockerPostgresUrl({ slug }: Pod, { role, database }: PostgresService): string {
  return `postgres://${role}:${passwordOf('postgres')}@${containerName(slug, 'postgres')}:5432/${database}`;
}

export function dockerRedisUrl({ slug }: Pod): string {
  return `redis://:${passwordOf('redis')}@${containerName(slug, 'redis')}:6379`;
}
