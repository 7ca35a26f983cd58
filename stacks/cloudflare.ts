/** What a project has on Cloudflare: a Pages project, a bucket, sites by the chat. */
import { z } from 'zod';
import { dnsName, label } from './names.ts';

/** A static site on Cloudflare Pages. Source: https://developers.cloudflare.com/pages/ */
export const pages = z.strictObject({
  /** Label below the project's domain; the project's own name without one. */
  subdomain: label.optional(),
  /** What builds the site, where Pages does that. */
  buildCommand: z.string().min(1).optional(),
  /** Folder of the built site. */
  destination: z.string().min(1).default('dist'),
  /** Deployments of this branch have the domains and production's variables. */
  productionBranch: z.string().min(1).default('main'),
});

/** Location hints of R2. Source: https://developers.cloudflare.com/r2/reference/data-location/ */
export const r2Locations = ['APAC', 'EEUR', 'ENAM', 'OC', 'WEUR', 'WNAM'] as const;

/** A bucket on R2 with the keys of an S3 client for it alone, told to apps as `S3_…`. */
export const bucket = z.strictObject({
  /** Where R2 keeps it: https://developers.cloudflare.com/r2/reference/data-location/ */
  location: z.enum(r2Locations),
  /** Days after which an upload that was begun and not finished is dropped. */
  abandonedUploadDays: z.int().min(1).default(7),
  /** Days that an object below a prefix is kept. */
  expireDays: z.record(z.string().min(1), z.int().min(1)).default({}),
  /** Origins that may ask from a browser, beside the project's own URLs. */
  corsOrigins: z.array(z.url()).default([]),
});

const chatId = z
  .string()
  .max(30)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected lower-case letters, digits and inner hyphens (RFC 1123)');

/** A site a chat, each below one domain. Source: SprintSolo.dev, 0.1 and 3.2. */
export const chatSites = z
  .strictObject({
    /** Domain that each site has its name below. */
    base: dnsName,
    /** First part of the names of its Pages projects. */
    prefix: label,
    /**
     * `project`: a Pages project a chat, as many as the account may have. `branch`: shared Pages projects, with a branch
     * and a custom domain a chat, each filled up to what a project may have.
     */
    layout: z.enum(['project', 'branch']),
    /** Chats that a preview has whose settings name none, so that one that CI makes has a site to look at. */
    inPreviews: z.array(chatId).default([]),
  })
  .superRefine(({ layout, inPreviews }, context) => {
    for (const [index, id] of inPreviews.entries()) {
      const issue = (message: string) => context.addIssue({ code: 'custom', path: ['inPreviews', index], message });
      if (inPreviews.indexOf(id) < index) issue(`'${id}' is there twice`);
      const wrong = layout === 'branch' ? whyNoBranch(id) : undefined;
      if (wrong !== undefined) issue(wrong);
    }
  });

/**
 * Source: https://developers.cloudflare.com/pages/platform/limits/; of an alias:
 * https://community.cloudflare.com/t/algorithm-to-generate-a-preview-dns-subdomain-from-a-branch-name/477633
 */
export const pagesLimits = {
  /** Cloudflare raises it on request. */
  projectsPerAccount: 100,
  domainsPerProject: 100,
  nameLength: 58,
  /** What is longer of a branch's name is cut off. */
  branchAliasLength: 28,
} as const;

/** Of sites of chats, which nobody builds from a repository. */
export const liveBranch = 'main';

/** In layout `branch` a chat's site is a branch, which Pages serves by a part of its name. */
export function whyNoBranch(id: string): string | undefined {
  const { branchAliasLength: most } = pagesLimits;
  if (id === liveBranch) return `'${id}' is the production branch of every Pages project, and no chat's`;
  if (id.length <= most) return undefined;
  return `'${id}' has ${id.length} characters, and Pages serves a branch by its first ${most} (layout 'branch')`;
}

export const chat = z.strictObject({
  /** Label of its site's name. */
  id: chatId,
  /** Seconds since 1970 at which the chat's site was first asked for: the last part of its project's name. */
  created: z.int().min(0),
  /** A domain beside `{id}.{base}`. */
  customDomain: dnsName.optional(),
  /**
   * Layout `branch` alone: the deployment that visitors get in place of the newest, by the first eight characters of its
   * id (`npm run site -- list {Pages project} --branch {id}`).
   */
  deployment: z
    .string('expected text: eight digits alone need quotes')
    .regex(/^[0-9a-f]{8}$/, "expected the first eight characters of a deployment's id, such as '373f31e2'")
    .optional(),
  /** Its site goes; its place in a shared project stays, so that no other chat moves. */
  removed: z.boolean().default(false),
});

export type Chat = z.output<typeof chat>;
export type Bucket = z.output<typeof bucket>;
export type Pages = z.output<typeof pages>;
