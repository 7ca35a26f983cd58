/** What an environment is and may do: data, no code. */

export const environmentNames = ['preview', 'staging', 'production'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** The kinds of ports; each kind has a range of its own. */
export const pools = ['app', 'postgres', 'redis'] as const;
export type Pool = (typeof pools)[number];

/** Both ends included. */
export interface PortRange {
  from: number;
  to: number;
}

export interface Environment {
  /** Ranges of a server that does not say otherwise. */
  ports: Record<Pool, PortRange>;
  /** What a delete does with a project's folder where the project does not say otherwise. */
  onDelete: 'keep' | 'archive' | 'remove';
  /** Whether an image may be named by a tag that moves (`latest`, or none). */
  movingTags: boolean;
}

/** One range for all environments: 5432 and 6379 are the shared ones. Source: CodeB master plan, 3.1. */
const databases = { postgres: { from: 5433, to: 5531 }, redis: { from: 6380, to: 6478 } };

/** Source of the ranges: CodeB master plan, 3.1 "Port Range Design"; 3300–4999 stays reserved. */
export const environments: Record<EnvironmentName, Environment> = {
  production: { ports: { app: { from: 3000, to: 3099 }, ...databases }, onDelete: 'keep', movingTags: false },
  staging: { ports: { app: { from: 3100, to: 3199 }, ...databases }, onDelete: 'keep', movingTags: true },
  preview: { ports: { app: { from: 3200, to: 3299 }, ...databases }, onDelete: 'remove', movingTags: true },
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
