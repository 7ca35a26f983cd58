import type * as pulumi from '@pulumi/pulumi';
import type { PlannedProject } from '../stacks/planned-project.ts';
import { scopedToken } from './api-token.ts';

/** What uploads a project's sites: it writes Pages of the account and DNS of the zones that they are in, nothing else. */
export function siteToken(
  { slug, sites }: PlannedProject,
  accountId: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const zones = sites.flatMap(({ records }) =>
    records.flatMap((record) => (record.backend === 'cloudflare' ? [record.zoneId] : [])),
  );
  const zoneResources = [...new Set(zones)].map((zone) => `com.cloudflare.api.account.zone.${zone}`);
  const token = scopedToken(
    `${slug}-sites`,
    [
      { group: 'Pages Write', resources: [`com.cloudflare.api.account.${accountId}`] },
      ...(zoneResources.length > 0 ? [{ group: 'DNS Write', resources: zoneResources }] : []),
    ],
    opts,
  );
  return token.value;
}
