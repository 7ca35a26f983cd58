import type * as pulumi from '@pulumi/pulumi';
import type { RecordRequest } from '../stacks/records.ts';
import { RecordSet } from './codeb.ts';

/** One record set that the plan names, on the DNS backend of its server: PowerDNS or any server that takes RFC 2136. */
export function dnsRecord(record: RecordRequest, opts: pulumi.CustomResourceOptions): RecordSet {
  return new RecordSet(`${record.name}/${record.type}`, record, opts);
}
