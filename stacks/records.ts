/** DNS: which record sets a name needs, in which zone, and who answers for it. */
import type { Cloudflare, Server } from './settings.ts';

interface Common {
  zone: string;
  name: string;
  type: 'A' | 'AAAA' | 'CNAME';
  /** Seconds; 1 means Cloudflare's own choice. */
  ttl: number;
  values: string[];
}

export type RecordRequest = Common &
  (
    | { backend: 'server' }
    /** Proxied: Cloudflare's own addresses answer, and pass on what they are asked. */
    | { backend: 'cloudflare'; zoneId: string; proxied: boolean }
  );

const ttl = 300;

/** Where names are looked for: the zones of a server and those on Cloudflare. */
export interface Zones {
  server?: Pick<Server, 'dns'> | undefined;
  cloudflare?: Cloudflare | undefined;
}

type FoundZone = { zone: string } & (
  { backend: 'server' } | { backend: 'cloudflare'; zoneId: string; proxied: boolean }
);

/** The longest zone that a name is in. */
export function zoneOf({ server, cloudflare }: Zones, name: string): FoundZone | undefined {
  const all: FoundZone[] = [
    ...(server ? zonesOn(server).map((zone) => ({ zone, backend: 'server' as const })) : []),
    ...Object.entries(cloudflare?.zones ?? {}).map(([zone, { id, proxied }]) => ({
      zone,
      backend: 'cloudflare' as const,
      zoneId: id,
      proxied,
    })),
  ];
  return all
    .filter(({ zone }) => name === zone || name.endsWith(`.${zone}`))
    .sort((a, b) => b.zone.length - a.zone.length)[0];
}

/** Zones that a server's own backend answers for. */
export function zonesOn({ dns }: Pick<Server, 'dns'>): string[] {
  return dns.backend === 'none' ? [] : dns.zones;
}

/** All zones there are, for messages. */
export function zoneNames({ server, cloudflare }: Zones): string {
  return [...(server ? zonesOn(server) : []), ...Object.keys(cloudflare?.zones ?? {})].join(', ') || 'none';
}

/** A and, where the server has an IPv6 address, AAAA. Empty for a name outside every zone. */
export function recordsOf(server: Server, cloudflare: Cloudflare | undefined, name: string): RecordRequest[] {
  const found = zoneOf({ server, cloudflare }, name);
  if (found === undefined) return [];
  const { ipv4, ipv6 } = server.addresses;
  const common = { ...found, name, ttl: found.backend === 'cloudflare' && found.proxied ? 1 : ttl };
  return [
    { ...common, type: 'A', values: [ipv4] },
    ...(ipv6 === undefined ? [] : [{ ...common, type: 'AAAA' as const, values: [ipv6] }]),
  ];
}

/** A name that leads to a site on Cloudflare: proxied, as Pages asks of its custom domains. */
export function aliasOf(cloudflare: Cloudflare | undefined, name: string, target: string): RecordRequest[] {
  const found = zoneOf({ cloudflare }, name);
  if (found?.backend !== 'cloudflare') return [];
  return [{ ...found, proxied: true, name, type: 'CNAME', ttl: 1, values: [target] }];
}
