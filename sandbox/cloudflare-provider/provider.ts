import type { Properties } from '../../provider/property-values.ts';
import type { StandInResource } from '../contract/resource.ts';
import type { StandIn } from '../contract/service.ts';
import { CloudflareApi } from './api.ts';
import { functions } from './functions.ts';
import { contract } from './kind.ts';
import { tellingOutcome } from './outcome.ts';
import { apiToken } from './resources/api-token.ts';
import { dnsRecord } from './resources/dns-record.ts';
import { pagesDomain } from './resources/pages-domain.ts';
import { pagesProject } from './resources/pages-project.ts';
import { r2Bucket } from './resources/r2-bucket.ts';
import { r2BucketCors, r2BucketLifecycle } from './resources/r2-rules.ts';

const resources: Record<string, StandInResource<CloudflareApi>> = {
  'cloudflare:index/apiToken:ApiToken': apiToken,
  'cloudflare:index/dnsRecord:DnsRecord': dnsRecord,
  'cloudflare:index/pagesDomain:PagesDomain': pagesDomain,
  'cloudflare:index/pagesProject:PagesProject': pagesProject,
  'cloudflare:index/r2Bucket:R2Bucket': r2Bucket,
  'cloudflare:index/r2BucketCors:R2BucketCors': r2BucketCors,
  'cloudflare:index/r2BucketLifecycle:R2BucketLifecycle': r2BucketLifecycle,
};

/** The provider's configuration comes before the environment, as with the official plugin. */
function connect({ apiToken: given, baseUrl }: Properties): CloudflareApi {
  const token = typeof given === 'string' ? given : process.env.CLOUDFLARE_API_TOKEN;
  if (!token) throw new Error('no API token: give apiToken to the provider of Cloudflare, or set CLOUDFLARE_API_TOKEN');
  const base = typeof baseUrl === 'string' ? baseUrl : process.env.CLOUDFLARE_BASE_URL;
  return new CloudflareApi(base ?? 'https://api.cloudflare.com/client/v4', token);
}

export const cloudflare: StandIn<CloudflareApi> = {
  contract,
  connect,
  resources: Object.fromEntries(Object.entries(resources).map(([type, one]) => [type, tellingOutcome(one)])),
  functions,
};
