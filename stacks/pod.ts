/** The pods that a plan runs, as plain data: a project's, or the one of shared databases. */

import type { Pool } from './environments.ts';
import type { PortRequest } from './ports.ts';
import type { Limits } from './project.ts';

export interface PasswordRequest {
  purpose: 'postgres' | 'redis';
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

/** Databases are told apart by the folder that their sockets are in; who mounts that folder reaches them. */
export interface SharedDatabases {
  /** Slug of the instances. */
  instance: string;
  /** Folder on the server with a folder of sockets for each kind of database. */
  sockets: string;
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
  /** The project's folder on the server. */
  directory: string;
  /** Folders below it and their modes. */
  folders: Record<string, string>;
  ports: Partial<Record<Pool, PortRequest>>;
  passwords: PasswordRequest[];
  postgres?: PostgresService;
  redis?: RedisService;
  onDelete: 'keep' | 'archive' | 'remove';
}
