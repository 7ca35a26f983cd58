/** DNS: which record sets a name needs, and in which zone. */
import type { Server } from './settings.ts';

export interface RecordRequest {
  zone: string;
  name: string;
  type: 'A' | 'AAAA';
  /** Seconds. */
  ttl: number;
  values: string[];
}

const ttl = 300;

/** The longest zone of a server that a name is in. */
export function zoneOf(server: Pick<Server, 'dns'>, name: string): string | undefined {
  return server.dns.zones
    .filter((zone) => name === zone || name.endsWith(`.${zone}`))
    .sort((a, b) => b.length - a.length)[0];
}

/** A and, where the server has an IPv6 address, AAAA. Empty for a name outside every zone. */
export function recordsOf(server: Server, name: string): RecordRequest[] {
  const zone = zoneOf(server, name);
  if (zone === undefined) return [];
  const { ipv4, ipv6 } = server.addresses;
  const common = { zone, name, ttl };
  return [
    { ...common, type: 'A', values: [ipv4] },
    ...(ipv6 === undefined ? [] : [{ ...common, type: 'AAAA' as const, values: [ipv6] }]),
  ];
}
