/** What an environment is and may do: data, no code. */

export const environmentNames = ['preview', 'staging', 'production'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** The kinds of ports; each kind has a range of its own. */
export const pools = ['app', 'postgres', 'redis'] as const;
export type Pool = (typeof pools)[number];

/** Both ends included. */
export interface PortRange {
  /** The first port. */
  from: number;
  /** The last one. */
  to: number;
}

export interface Environment {
  /** Ranges of a server that does not say otherwise. */
  ports: Record<Pool, PortRange>;
  /** What a delete does with a project's folder where the project does not say otherwise. */
  onDelete: 'keep' | 'archive' | 'remove';
  /** Whether an image may be named by a tag that moves (`latest`, or none). */
  movingTags: boolean;
  /** Whether what holds data is protected from deletion and replacement by Pulumi itself. */
  protectData: boolean;
  /** Whether a person has to approve a deployment. */
  approval: boolean;
  /** Git branches that deploy there; `refs/pull/{number}/merge` is how GitHub calls a pull request, here its own. */
  branches: readonly string[];
  /** Git tags that deploy there. */
  tags: readonly string[];
  /** Whether workers run there. */
  workers: boolean;
  /** Whether the age of secrets counts. */
  rotation: boolean;
  /** Destructive migrations: refused, taken where the project names them (`contracts`), or taken. */
  destructiveMigrations: 'refused' | 'named' | 'allowed';
  /** Whether databases can be restored to an earlier moment, where their project asks for that. */
  recovery: boolean;
  /** When it goes by itself; others stay. */
  lifetime?: {
    /** Since its last change; after them it goes. */
    hours: number;
    /** Of one project at a time: no further one is made, and of too many the oldest go. */
    atMost: number;
  };
}

/** One range for all environments: 5432 and 6379 are the shared ones. Source: CodeB master plan, 3.1. */
const databases = { postgres: { from: 5433, to: 5531 }, redis: { from: 6380, to: 6478 } };

/**
 * Source of the ranges: CodeB master plan, 3.1 "Port Range Design"; 3300–4999 stays reserved. Of branches, approvals
 * and data: PaintShare's operations plan, 1.1 and 2.3. Of workers: AI code battle's playbook, 2.1.
 */
export const environments: Record<EnvironmentName, Environment> = {
  production: {
    ports: { app: { from: 3000, to: 3099 }, ...databases },
    onDelete: 'keep',
    movingTags: false,
    protectData: true,
    approval: true,
    branches: ['main'],
    tags: ['v*'],
    workers: true,
    rotation: true,
    destructiveMigrations: 'named',
    recovery: true,
  },
  staging: {
    ports: { app: { from: 3100, to: 3199 }, ...databases },
    onDelete: 'keep',
    movingTags: true,
    protectData: false,
    approval: false,
    branches: ['develop'],
    tags: [],
    workers: true,
    rotation: true,
    destructiveMigrations: 'refused',
    recovery: true,
  },
  preview: {
    ports: { app: { from: 3200, to: 3299 }, ...databases },
    onDelete: 'remove',
    movingTags: true,
    protectData: false,
    approval: false,
    branches: ['refs/pull/*/merge'],
    tags: [],
    workers: false,
    rotation: false,
    destructiveMigrations: 'allowed',
    recovery: false,
    lifetime: { hours: 7 * 24, atMost: 5 },
  },
};

/**
 * Ports of a server that are never allotted; a project of the platform itself (`system: true`) may claim one by name.
 * Source: CodeB master plan, 3.1 "System Ports"; Grafana's and the API's lie inside the production range.
 */
export const systemPorts = {
  http: 80,
  https: 443,
  grafana: 3001,
  api: 3008,
  'shared-postgres': 5432,
  'shared-redis': 6379,
  'powerdns-api': 8081,
  prometheus: 9090,
} as const;

export const systemPortNames = [
  'http',
  'https',
  'grafana',
  'api',
  'shared-postgres',
  'shared-redis',
  'powerdns-api',
  'prometheus',
] as const satisfies readonly (keyof typeof systemPorts)[];
export type SystemPort = (typeof systemPortNames)[number];
