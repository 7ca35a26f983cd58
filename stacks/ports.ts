/** Ports: which range a request draws from, and what it must not get. The server allots (`PortLease`). */
import {
  environments,
  type Pool,
  type PortRange,
  type SystemPort,
  systemPortNames,
  systemPorts,
} from './environments.ts';
import type { Stage } from './names.ts';
import type { Server } from './settings.ts';

export interface PortRequest {
  pool: Pool;
  /** `{slug}/{purpose}`: the same owner gets the same port again. */
  owner: string;
  range: PortRange;
  /** Ports inside the range that are never allotted. */
  reserved: number[];
  /** Exactly this one. */
  port?: number;
  /** Port inside the pod. */
  inner: number;
}

export function rangeOf(server: Server, { environment }: Stage, pool: Pool): PortRange {
  return server.ports[environment]?.[pool] ?? environments[environment].ports[pool];
}

export function inRange({ from, to }: PortRange, port: number): boolean {
  return from <= port && port <= to;
}

/** Why a port is never allotted on a server, or undefined. */
export function reservation(server: Server, port: number): string | undefined {
  const name = systemPortNames.find((candidate) => systemPorts[candidate] === port);
  if (name) return `is the system port '${name}'`;
  return server.reservedPorts.includes(port) ? 'is reserved on this server' : undefined;
}

/** A port of the range, any or a certain one. */
export function requestPort(
  server: Server,
  stage: Stage,
  request: Pick<PortRequest, 'pool' | 'owner' | 'inner'>,
  port?: number,
): PortRequest {
  const range = rangeOf(server, stage, request.pool);
  const reserved = [...new Set([...Object.values(systemPorts), ...server.reservedPorts])]
    .filter((candidate) => inRange(range, candidate))
    .sort((a, b) => a - b);
  return { ...request, range, reserved, ...(port !== undefined && { port }) };
}

/** A system port, which lies outside what is allotted wherever it is. */
export function claimSystemPort(request: Pick<PortRequest, 'pool' | 'owner' | 'inner'>, name: SystemPort): PortRequest {
  const port = systemPorts[name];
  return { ...request, range: { from: port, to: port }, reserved: [], port };
}

/** How many ports of a range can be allotted. */
export function capacity({ range, reserved }: Pick<PortRequest, 'range' | 'reserved'>): number {
  return range.to - range.from + 1 - reserved.filter((port) => inRange(range, port)).length;
}
