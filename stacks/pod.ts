/** The pods that a plan runs, as plain data: a project's, or the one of shared databases. */

import type { PortRequest } from './ports.ts';
import type { Limits, Migrations } from './services.ts';

export interface PasswordRequest {
  purpose: DatabaseKind;
  /** `{slug}/{purpose}`. */
  owner: string;
  /** File on the server that keeps it. */
  path: string;
}

export interface PostgresService {
  image: string;
  /** Role that owns the database. */
  role: string;
  database: string;
  limits: Limits;
  logicalReplication?: boolean;
  /** Folder on the server with the dumps that a new database starts from. */
  template?: string;
  /** Days back to any moment of which it can be restored. */
  recoveryDays?: number;
}

export interface RedisService {
  image: string;
  limits: Limits;
}

export const databaseKinds = ['postgres', 'redis'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** Databases of one instance that projects share: who mounts the folder of a kind's socket reaches it. */
export interface SharedDatabases {
  /** Slug of the instance. */
  instance: string;
  /** Folder on the server with a folder of sockets for each kind. */
  sockets: string;
  kinds: DatabaseKind[];
}

interface Service {
  name: string;
  image: string;
  version: string;
  limits: Limits;
  readOnlyRoot: boolean;
  command?: string[];
  /** Plain variables, the platform's own included; replicas of an app have their port beside. */
  environment: Record<string, string>;
  /** Names of the secret variables that it gets. */
  secrets: string[];
}

export interface Replica {
  /** Name of the container within the pod, of its port and of its lease: `api`, `api-2`. */
  name: string;
  /** Port inside the pod. */
  port: number;
}

export interface AppService extends Service {
  replicas: [Replica, ...Replica[]];
  /** The derived name first. */
  domains: [string, ...string[]];
  health: { path: string; deadline: number };
  migrations?: Migrations & { destructive: 'refused' | 'named' | 'allowed' };
}

export interface WorkerService extends Service {
  /** Names of its containers, one at least. */
  replicas: string[];
}

export interface Pod {
  slug: string;
  server: string;
  /** The pod's folder on the server. */
  directory: string;
  /** Folders below it and their modes. */
  folders: Record<string, string>;
  /** Files below it and their modes. */
  files: Record<string, string>;
  /** By the name of the container that listens there. */
  ports: Record<string, PortRequest>;
  passwords: PasswordRequest[];
  /** The one with the project's own name first. */
  apps: AppService[];
  workers: WorkerService[];
  postgres?: PostgresService;
  redis?: RedisService;
  /** Databases of another pod that this one reaches. */
  shared?: SharedDatabases;
  /** Folder of the sockets on which this pod's databases are shared. */
  sockets?: string;
  /** Folder of the socket on which workers without a network reach this pod's own Redis. */
  queueSocket?: string;
  /** Whether its apps may only read the database. */
  readOnly: boolean;
  onDelete: 'keep' | 'archive' | 'remove';
  protectData: boolean;
}

const plainFile = '0640';
const secretFile = '0600';

/** The file of switches, which apps read while they run. */
export const switchesFile = 'config/live/switches.json';

/** The database as a migration reaches it where apps may only read; named as no service's file can be. */
export const migrationFile = 'config/migrations.database.env';

/** A service's variables: those that are no secret stand in a file of their own, so that a preview shows them. */
export function environmentFilesOf(service: string): { plain: string; secret: string } {
  return { plain: `config/${service}.env`, secret: `config/${service}.secrets.env` };
}

export function filesFor(databases: readonly DatabaseKind[], services: readonly string[] = []): Record<string, string> {
  const files = {
    postgres: { 'config/postgres.env': plainFile, 'config/postgres.secrets.env': secretFile },
    redis: { 'config/redis.secrets.env': secretFile },
  };
  const ofService = (name: string) => {
    const { plain, secret } = environmentFilesOf(name);
    return { [plain]: plainFile, [secret]: secretFile };
  };
  return Object.assign({}, ...services.map(ofService), ...databases.map((database) => files[database]));
}
