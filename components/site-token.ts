import type * as pulumi from '@pulumi/pulumi';
import { scopedToken } from './api-token.ts';

/**
 * What uploads a project's sites: it may write every Pages project of the account, and nothing else. Cloudflare narrows
 * `Pages Write` to an account and no further; names of the sites are the stack's own to make. Source:
 * https://developers.cloudflare.com/fundamentals/api/reference/permissions/#account-permissions
 */
export function siteToken(name: string, accountId: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const pages = { group: 'Pages Write', resources: [`com.cloudflare.api.account.${accountId}`] };
  return scopedToken(name, [pages], opts).value;
}
