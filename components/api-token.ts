import { ApiToken } from '@pulumi/cloudflare/apiToken.js';
import { getApiTokenPermissionGroupsListOutput } from '@pulumi/cloudflare/getApiTokenPermissionGroupsList.js';
import type * as pulumi from '@pulumi/pulumi';

/** What a token may do, and with what. Source: https://developers.cloudflare.com/fundamentals/api/reference/permissions/ */
export interface Permission {
  /** Name of a permission group, for instance `Pages Write`. */
  group: string;
  /** For instance `com.cloudflare.api.account.{id}`. */
  resources: readonly string[];
}

/** A token of Cloudflare's API that may do this and nothing else. */
export function scopedToken(
  name: string,
  permissions: readonly Permission[],
  opts: pulumi.CustomResourceOptions,
): ApiToken {
  return new ApiToken(
    name,
    {
      name: `codeb ${name}`,
      policies: permissions.map(({ group, resources }) => ({
        effect: 'allow',
        permissionGroups: [{ id: idOf(group, opts) }],
        resources: JSON.stringify(Object.fromEntries(resources.map((resource) => [resource, '*']))),
      })),
    },
    opts,
  );
}

function idOf(group: string, { parent }: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return getApiTokenPermissionGroupsListOutput({ name: group }, parent && { parent }).results.apply((found) => {
    const id = found.find(({ name }) => name === group)?.id;
    if (id === undefined) throw new Error(`Cloudflare knows no permission group '${group}'`);
    return id;
  });
}
