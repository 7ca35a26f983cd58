/** Environment files of a pod: podman-run(1), --env-file. One `NAME=value` a line, the value as it stands. */
import type { PostgresService } from './pod.ts';
import { socketFolder } from './shared-databases.ts';

export function environmentFile(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** What the official image makes a new database of. Source: https://hub.docker.com/_/postgres */
export function postgresVariables({ role, database }: PostgresService): Record<string, string> {
  return {
    POSTGRES_USER: role,
    POSTGRES_DB: database,
    // The image trusts whoever comes over the socket or from 127.0.0.1; here all of the pod does.
    POSTGRES_INITDB_ARGS: '--auth=scram-sha-256',
  };
}

export function postgresSecrets(password: string): Record<string, string> {
  return { POSTGRES_PASSWORD: password };
}

/** Read by `redis-cli` and by the start command. */
export function redisSecrets(password: string): Record<string, string> {
  return { REDISCLI_AUTH: password };
}

export function ownPostgresUrl(
  { role, database }: Pick<PostgresService, 'role' | 'database'>,
  password: string,
): string {
  return `postgres://${role}:${password}@127.0.0.1:5432/${database}`;
}

/** The same for an app that may only read: PostgreSQL 15, 34.1.2 "options" and 20.11 "default_transaction_read_only". */
export function readOnlyUrl(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}options=-c%20default_transaction_read_only%3Don`;
}

/** The host that counts is the socket's folder: PostgreSQL 15, 34.1.1.2; node-postgres and Prisma read it alike. */
export function sharedPostgresUrl(database: string, password: string): string {
  return `postgresql://${database}:${password}@localhost/${database}?host=${socketFolder}/postgres`;
}

export function ownRedisUrl(password: string): string {
  return `redis://:${password}@127.0.0.1:6379`;
}

/** For those who reach it by its socket alone. */
export function queueRedisUrl(password: string): string {
  return `unix://:${password}@${socketFolder}/redis/redis.sock`;
}

/** As redis-py and go-redis write it. */
export function sharedRedisUrl(user: string, password: string): string {
  return `unix://${user}:${password}@${socketFolder}/redis/redis.sock`;
}
