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
  /** Owners whose turn comes first: what those of them get that have no port of the range yet is left to them. */
  before: string[];
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
  return { ...request, range, reserved, before: [], ...(port !== undefined && { port }) };
}

/** A system port, which lies outside what is allotted wherever it is. */
export function claimSystemPort(request: Pick<PortRequest, 'pool' | 'owner' | 'inner'>, name: SystemPort): PortRequest {
  const port = systemPorts[name];
  return { ...request, range: { from: port, to: port }, reserved: [], before: [], port };
}

interface Asking {
  server: string;
  ports: Record<string, PortRequest>;
}

/**
 * The same beside all that ask on its server, in the order of their owners' names: who asks for any port gets none that
 * another asks for by number, and none that is due to those before it. So which one it is hangs on no race.
 */
export function inTurn<One extends Asking>(one: One, all: readonly Asking[]): One {
  const beside = all.flatMap(({ server, ports }) => (server === one.server ? Object.values(ports) : []));
  const ports = Object.entries(one.ports).map(([name, request]) => [name, behind(request, beside)]);
  return { ...one, ports: Object.fromEntries(ports) };
}

function behind(request: PortRequest, all: readonly PortRequest[]): PortRequest {
  if (request.port !== undefined) return request;
  const named = all.flatMap(({ port }) => (port !== undefined && inRange(request.range, port) ? [port] : []));
  const before = all.filter(
    ({ owner, port, range }) => owner < request.owner && port === undefined && overlap(range, request.range),
  );
  return {
    ...request,
    reserved: [...new Set([...request.reserved, ...named])].sort((a, b) => a - b),
    before: before.map(({ owner }) => owner).sort(),
  };
}

export function overlap(one: PortRange, other: PortRange): boolean {
  return one.from <= other.to && other.from <= one.to;
}

/** How many ports of a range can be allotted. */
export function capacity({ range, reserved }: Pick<PortRequest, 'range' | 'reserved'>): number {
  return range.to - range.from + 1 - reserved.filter((port) => inRange(range, port)).length;
}
