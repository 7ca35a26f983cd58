/** The pods that a plan runs, as plain data: a project's, or the one of shared databases. */

import type { Pool } from './environments.ts';
import type { PortRequest } from './ports.ts';
import type { Limits } from './project.ts';

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
}

export interface RedisService {
  image: string;
  limits: Limits;
}

export type DatabaseKind = 'postgres' | 'redis';

/** Databases of one instance that projects share: who mounts the folder of a kind's socket reaches it. */
export interface SharedDatabases {
  /** Slug of the instance. */
  instance: string;
  /** Folder on the server with a folder of sockets for each kind. */
  sockets: string;
  kinds: DatabaseKind[];
}

export interface AppService {
  image: string;
  version: string;
  /** Port inside the pod. */
  port: number;
  health: { path: string; deadline: number };
  limits: Limits;
  readOnlyRoot: boolean;
  command?: string[];
  /** Plain variables, the platform's own included. */
  environment: Record<string, string>;
  /** Names of the project's secret variables. */
  secrets: string[];
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
  ports: Partial<Record<Pool, PortRequest>>;
  passwords: PasswordRequest[];
  app?: AppService;
  postgres?: PostgresService;
  redis?: RedisService;
  /** Databases of another pod that this one reaches. */
  shared?: SharedDatabases;
  /** Folder of the sockets on which this pod's databases are shared. */
  sockets?: string;
  onDelete: 'keep' | 'archive' | 'remove';
}

const plainFile = '0640';
const secretFile = '0600';

/** Variables that are no secret stand in a file of their own, so that a preview shows them. */
export function filesFor(services: readonly (DatabaseKind | 'app')[]): Record<string, string> {
  const files = {
    app: { 'config/app.env': plainFile, 'config/app.secrets.env': secretFile },
    postgres: { 'config/postgres.env': plainFile, 'config/postgres.secrets.env': secretFile },
    redis: { 'config/redis.secrets.env': secretFile },
  };
  return Object.assign({}, ...services.map((service) => files[service]));
}
