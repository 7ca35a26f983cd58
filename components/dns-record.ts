import { DnsRecord } from '@pulumi/cloudflare/dnsRecord.js';
import type * as pulumi from '@pulumi/pulumi';
import type { RecordRequest } from '../stacks/records.ts';
import { RecordSet } from './codeb.ts';

export interface DnsRecordOptions {
  /** What it is a part of. */
  parent?: pulumi.Resource | undefined;
  /** What is there before it, and goes after it. */
  dependsOn?: pulumi.Resource[];
  /** Of the server whose name server answers; without use for a zone on Cloudflare. */
  server?: pulumi.ProviderResource | undefined;
}

/**
 * The record set that a plan names (`RecordRequest`), wherever its zone is: on PowerDNS, on any server that takes
 * RFC 2136, or on Cloudflare, where a set is one record a value.
 *
 * @example for (const record of project.records) dnsRecord(record, { server: server.provider, dependsOn: [workload] })
 */
export function dnsRecord(record: RecordRequest, { parent, dependsOn, server }: DnsRecordOptions): pulumi.Resource[] {
  const opts = { ...(parent && { parent }), ...(dependsOn && { dependsOn }) };
  const { zone, name, type, ttl, values } = record;
  if (record.backend === 'server') {
    if (!server) throw new Error(`'${name}' is in a zone of a server, and was given none`);
    return [new RecordSet(`${name}/${type}`, { zone, name, type, ttl, values }, { ...opts, provider: server })];
  }
  const { zoneId, proxied } = record;
  return values.map((content) => {
    const own = values.length > 1 ? `${name}/${type}/${content}` : `${name}/${type}`;
    return new DnsRecord(own, { zoneId, name, type, content, ttl, proxied, comment: 'codeb' }, opts);
  });
}
