/** Everything that the stand-in of Cloudflare's API remembers. Secrets are kept as digests: nothing needs their text. */
import { z } from 'zod';

const text = z.string();
const time = z.iso.datetime();

const zone = z.object({ id: text, name: text, account: text, createdOn: time });

const dnsRecord = z.object({
  id: text,
  zone: text,
  name: text,
  type: text,
  content: text,
  ttl: z.number(),
  proxied: z.boolean(),
  priority: z.number().optional(),
  data: z.record(z.string(), z.json()).optional(),
  settings: z.record(z.string(), z.boolean()),
  tags: z.array(text),
  comment: text.nullable(),
  privateRouting: z.boolean().optional(),
  createdOn: time,
  modifiedOn: time,
});

const variable = z.object({ type: z.enum(['plain_text', 'secret_text']), value: text });

/** One of the two, `preview` and `production`; what is no variable is kept as it was given. */
const deploymentConfig = z.object({ env_vars: z.record(z.string(), variable) }).catchall(z.json());

const deployment = z.object({
  id: text,
  environment: z.enum(['production', 'preview']),
  branch: text,
  commitHash: text,
  commitMessage: text,
  createdOn: time,
});

const pagesProject = z.object({
  id: text,
  account: text,
  name: text,
  productionBranch: text,
  buildConfig: z.record(z.string(), z.json()),
  source: z.json().optional(),
  deploymentConfigs: z.object({ preview: deploymentConfig, production: deploymentConfig }),
  domains: z.array(z.object({ id: text, name: text, createdOn: time })),
  deployments: z.array(deployment),
  /** The deployment that production shows. */
  canonical: text.optional(),
  createdOn: time,
});

const bucket = z.object({
  account: text,
  name: text,
  jurisdiction: text,
  location: text,
  storageClass: text,
  createdOn: time,
  cors: z.array(z.json()).optional(),
  lifecycle: z.array(z.json()),
  /** Keys of what is in it. */
  objects: z.array(text).default([]),
});

const policy = z.object({
  id: text,
  effect: z.enum(['allow', 'deny']),
  permission_groups: z.array(z.object({ id: text, name: text })),
  resources: z.record(z.string(), z.json()),
});

const apiToken = z.object({
  id: text,
  /** `user`, or the account that owns it. */
  owner: text,
  name: text,
  status: z.enum(['active', 'disabled']),
  policies: z.array(policy),
  condition: z.json().optional(),
  notBefore: text.optional(),
  expiresOn: text.optional(),
  digest: text,
  issuedOn: time,
  modifiedOn: time,
});

export const stateSchema = z.object({
  accounts: z.array(z.object({ id: text, name: text, createdOn: time })),
  zones: z.array(zone),
  dnsRecords: z.array(dnsRecord),
  pagesProjects: z.array(pagesProject),
  buckets: z.array(bucket),
  apiTokens: z.array(apiToken),
});

export type State = z.output<typeof stateSchema>;
export type Zone = z.output<typeof zone>;
export type DnsRecord = z.output<typeof dnsRecord>;
export type DeploymentConfig = z.output<typeof deploymentConfig>;
export type PagesProject = z.output<typeof pagesProject>;
export type Deployment = z.output<typeof deployment>;
export type Bucket = z.output<typeof bucket>;
export type ApiToken = z.output<typeof apiToken>;
export type Policy = z.output<typeof policy>;

export const emptyState: State = {
  accounts: [],
  zones: [],
  dnsRecords: [],
  pagesProjects: [],
  buckets: [],
  apiTokens: [],
};
