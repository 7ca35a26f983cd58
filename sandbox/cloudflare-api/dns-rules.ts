/** What a zone takes of a record: https://developers.cloudflare.com/dns/manage-dns-records/ */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { Refusal } from './envelope.ts';
import type { DnsRecord, State, Zone } from './state.ts';

export const recordBody = z.object({
  name: z.string().min(1).max(255),
  type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'CAA', 'SRV']),
  content: z.string().optional(),
  ttl: z.number(),
  proxied: z.boolean().default(false),
  priority: z.number().optional(),
  data: z.record(z.string(), z.json()).optional(),
  settings: z.record(z.string(), z.boolean()).default({}),
  tags: z.array(z.string()).default([]),
  comment: z.string().max(100).nullish(),
  private_routing: z.boolean().optional(),
});

export type RecordBody = z.output<typeof recordBody>;

const proxiableTypes = ['A', 'AAAA', 'CNAME'];

export const isProxiable = ({ type }: Pick<DnsRecord, 'type'>): boolean => proxiableTypes.includes(type);

/**
 * The whole name of a record: what does not end in the zone's name is taken as relative to it. Cloudflare does so with
 * any name; here the name of another zone, or one with a dot at its end, is a mistake and refused.
 */
export function wholeName(name: string, zone: Zone, { zones }: State): string {
  const lower = name.toLowerCase();
  if (lower === '@') return zone.name;
  const bare = lower.replace(/\.$/, '');
  const isBelow = (one: string) => bare === one || bare.endsWith(`.${one}`);
  const isElsewhere = !isBelow(zone.name) && (bare !== lower || zones.some((other) => isBelow(other.name)));
  const labels = bare.split('.');
  const isName = labels.every(
    (label, index) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label) || isStar(label, index),
  );
  if (isElsewhere || !isName) {
    throw new Refusal(400, 9000, `DNS name is invalid: ${name} is no name in the zone ${zone.name}`);
  }
  return isBelow(zone.name) ? bare : `${bare}.${zone.name}`;
}

const isStar = (label: string, index: number): boolean => label === '*' && index === 0;

/** The content as Cloudflare keeps it. @throws Refusal for one that does not fit the type, the TTL or the proxy. */
export function contentOf({ type, content, data, priority, ttl, proxied }: RecordBody): string {
  if (ttl !== 1 && !(ttl >= 60 && ttl <= 86_400)) {
    throw new Refusal(400, 9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.');
  }
  if (proxied && !proxiableTypes.includes(type)) throw new Refusal(400, 9004, 'This record type cannot be proxied.');
  if (type === 'MX' && priority === undefined) throw new Refusal(400, 9100, 'priority is a required data field.');
  if (type === 'CAA' || type === 'SRV') {
    if (!data) throw new Refusal(400, 9101, `data is a required field for a ${type} record.`);
    return Object.values(data).join(' ');
  }
  if (content === undefined || content === '') throw new Refusal(400, 9003, 'Content is required.');
  if (type === 'A' && !isIPv4(content)) {
    throw new Refusal(400, 9005, 'Content for A record must be a valid IPv4 address.');
  }
  if (type === 'AAAA' && !isIPv6(content)) {
    throw new Refusal(400, 9006, 'Content for AAAA record must be a valid IPv6 address.');
  }
  if (type === 'TXT') return content;
  if (type === 'CNAME' && !z.hostname().safeParse(content.replace(/\.$/, '')).success) {
    throw new Refusal(400, 9007, 'Content for CNAME record is invalid.');
  }
  return content.toLowerCase().replace(/\.$/, '');
}

/** @throws Refusal for a record that cannot be beside those of its name. */
export function requirePlace(record: DnsRecord, { dnsRecords }: State): void {
  const beside = dnsRecords.filter(
    ({ id, zone, name }) => id !== record.id && zone === record.zone && name === record.name,
  );
  if (beside.some((one) => isSame(one, record))) throw new Refusal(400, 81058, 'An identical record already exists.');
  const hosts = beside.filter(({ type }) => proxiableTypes.includes(type));
  if (record.type === 'CNAME' && hosts.length > 0) {
    throw new Refusal(400, 81053, 'An A, AAAA, or CNAME record with that host already exists.');
  }
  if (['A', 'AAAA'].includes(record.type) && hosts.some(({ type }) => type === 'CNAME')) {
    throw new Refusal(400, 81054, 'A CNAME record with that host already exists.');
  }
}

function isSame(one: DnsRecord, other: DnsRecord): boolean {
  return one.type === other.type && one.content === other.content && one.priority === other.priority;
}
