/** The provider's resources by their Pulumi type. */
import type { Resource } from './resource.ts';
import { caddySiteResource } from './resources/caddy-site.ts';
import { passwordResource } from './resources/password.ts';
import { portLeaseResource } from './resources/port-lease.ts';
import { recordSetResource } from './resources/record-set.ts';
import { workloadResource } from './resources/workload.ts';

const resources = new Map<string, Resource<unknown>>([
  ['codeb:index:PortLease', portLeaseResource],
  ['codeb:index:Password', passwordResource],
  ['codeb:index:Workload', workloadResource],
  ['codeb:index:CaddySite', caddySiteResource],
  ['codeb:index:RecordSet', recordSetResource],
]);

export function resourceOf(type: string): Resource<unknown> {
  const resource = resources.get(type);
  if (!resource)
    throw new Error(`the provider 'codeb' has no resource '${type}': expected ${[...resources.keys()].join(', ')}`);
  return resource;
}
