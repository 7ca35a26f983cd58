/** The backend that a server's settings name. */
import type { DnsBackend } from '../schema.ts';
import type { RecordBackend } from './backend.ts';
import { powerdns } from './powerdns.ts';
import { rfc2136 } from './rfc2136.ts';

export function backendOf(dns: DnsBackend): RecordBackend {
  switch (dns.backend) {
    case 'powerdns':
      return powerdns(dns);
    case 'rfc2136':
      return rfc2136(dns);
  }
}
