/** Containers of databases: what the official images need to run with a read-only root and without any capability. */
import { container, type Unit } from './container-unit.ts';
import { containerName } from './names.ts';
import type { Pod, PostgresService, RedisService } from './pod.ts';
import { archiveSettings, forgetLog, recoveryScripts, recoveryVolumes, refuseEmpty, startBackups } from './recovery.ts';
import { socketFolder } from './shared-databases.ts';
import { commandLine } from './unit-file.ts';

const postgresFiles = ['config/postgres.env', 'config/postgres.secrets.env'];

export function postgres(of: Pod, service: PostgresService, image: string): Unit {
  const { sockets } = of;
  const recovery = service.recoveryDays !== undefined;
  return container(of, 'postgres', {
    image,
    limits: service.limits,
    files: postgresFiles,
    settings: {
      User: 'postgres',
      EnvironmentFile: postgresFiles.map((path) => `${of.directory}/${path}`),
      Environment: `PGDATA=${dataFolder}/pgdata`,
      ReadOnly: 'true',
      Tmpfs: ['/tmp', ...(sockets ? [] : ['/var/run/postgresql'])],
      Volume: [
        `${of.directory}/data/postgres:${dataFolder}:U`,
        ...(sockets ? [`${sockets}/postgres:/var/run/postgresql:U`] : []),
        ...(service.template ? [`${service.template}:/docker-entrypoint-initdb.d:ro`] : []),
        ...(recovery ? recoveryVolumes(of, true) : []),
      ],
      Exec: commandLine(['sh', '-c', startPostgres(service)]),
      // Over TCP: while the image fills a new database it answers on the socket alone.
      ...health('pg_isready -q -h 127.0.0.1'),
    },
    service: {
      // Before it is consistent it does not answer, and a large one takes its time.
      ...(recovery && { TimeoutStartSec: '3600' }),
      // Where nobody has put dumps there, the database starts empty.
      ...(service.template && { ExecStartPre: `/usr/bin/mkdir -p ${service.template}` }),
      ExecStartPost: `/usr/bin/podman exec ${containerName(of.slug, 'postgres')} rm -f ${unfinished}`,
    },
  });
}

const dataFolder = '/var/lib/postgresql/data';
const unfinished = `${dataFolder}/unfinished`;
const restored = `${dataFolder}/restored`;

/** The image takes a database whose making was cut off for a whole one; here it is made again from the start. */
function startPostgres({ logicalReplication, recoveryDays }: PostgresService): string {
  const settings = [...(logicalReplication ? ['wal_level=logical'] : []), ...(recoveryDays ? archiveSettings : [])];
  return [
    // A restore was cut off between two renames (provider/agent/recovery.sh).
    ...(recoveryDays ? [`[ -e "$PGDATA" ] || [ ! -e ${restored}/recovery.signal ] || mv ${restored} "$PGDATA"`] : []),
    ...(recoveryDays ? [refuseEmpty(dataFolder)] : []),
    `if [ -e ${unfinished} ]; then rm -rf "$PGDATA"${recoveryDays ? `; ${forgetLog}` : ''}; fi`,
    `[ -s "$PGDATA/PG_VERSION" ] || : >${unfinished}`,
    `exec docker-entrypoint.sh postgres${settings.map((setting) => ` -c '${setting}'`).join('')}`,
  ].join('; ');
}

/** Backups of the database's files, from which it is restored. It ends where one fails, so that its unit shows it. */
export function backup(of: Pod, { recoveryDays }: PostgresService, image: string): Unit {
  return container(of, 'backup', {
    image,
    limits: { memory: '256M', cpus: 0.5, tasks: 64 },
    after: [`${containerName(of.slug, 'postgres')}.service`],
    files: [...postgresFiles, ...Object.keys(recoveryScripts)],
    settings: {
      User: 'postgres',
      EnvironmentFile: postgresFiles.map((path) => `${of.directory}/${path}`),
      Environment: `RECOVERY_DAYS=${recoveryDays}`,
      ReadOnly: 'true',
      Tmpfs: '/tmp',
      Volume: recoveryVolumes(of, false),
      Exec: commandLine(startBackups),
    },
    // One that fails would fill a disk again and again.
    service: { RestartSec: '600' },
  });
}

export function redis(of: Pod, service: RedisService, image: string): Unit {
  const { sockets, queueSocket } = of;
  const folder = sockets ?? queueSocket;
  const start = sockets ? sharedRedis : queueSocket ? `${ownRedis} ${unixSocket}` : ownRedis;
  return container(of, 'redis', {
    image,
    limits: service.limits,
    files: ['config/redis.secrets.env'],
    settings: {
      User: 'redis',
      EnvironmentFile: `${of.directory}/config/redis.secrets.env`,
      ReadOnly: 'true',
      Tmpfs: '/tmp',
      Volume: [`${of.directory}/data/redis:/data:U`, ...(folder ? [`${folder}/redis:${socketFolder}/redis:U`] : [])],
      Exec: commandLine(['sh', '-c', start]),
      ...health('redis-cli ping | grep -q PONG'),
    },
  });
}

/** Who mounts its folder reaches it; the password is asked for all the same. */
const unixSocket = `--unixsocket ${socketFolder}/redis/redis.sock --unixsocketperm 777`;

const persistence = '--dir /data --appendonly yes';

/** The password reaches Redis through a file only it reads, not through its command line. */
const ownRedis = [
  'umask 077',
  'echo "requirepass $REDISCLI_AUTH" >/tmp/redis.conf',
  `exec redis-server /tmp/redis.conf ${persistence}`,
].join('; ');

/** Users are kept in a file of their own, which `ACL SAVE` writes; `default` is the administrator. */
const sharedRedis = [
  'umask 077',
  'cd /data',
  'touch users.acl',
  '{ echo "user default on >$REDISCLI_AUTH ~* &* +@all"; grep -v "^user default " users.acl; } >users.acl.new',
  'mv users.acl.new users.acl',
  'umask 022',
  `exec redis-server ${persistence} --aclfile /data/users.acl ${unixSocket}`,
].join('; ');

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
