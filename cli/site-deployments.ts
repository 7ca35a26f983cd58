/**
 * Earlier deployments of a site on Cloudflare Pages: they are listed, and one of them is gone back to. Source:
 * https://developers.cloudflare.com/api/resources/pages/subresources/projects/subresources/deployments/
 */
import { z } from 'zod';

export interface CloudflareAccess {
  /** `https://api.cloudflare.com/client/v4` but for a stand-in. */
  readonly url: string;
  readonly token: string;
  readonly accountId: string;
}

const deployment = z.object({
  id: z.string(),
  /** The first label of its own address, for as long as it is there. */
  short_id: z.string(),
  environment: z.enum(['production', 'preview']),
  url: z.url(),
  created_on: z.string(),
  latest_stage: z.object({ name: z.string(), status: z.string() }),
  deployment_trigger: z.object({ metadata: z.object({ branch: z.string(), commit_hash: z.string() }) }),
});

export type Deployment = z.output<typeof deployment>;

const answer = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});

/** @throws Error that names the site, what Cloudflare says, and that nothing was changed */
async function ask(access: CloudflareAccess, site: string, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const url = `${access.url}/accounts/${access.accountId}/pages/projects/${site}/deployments${path}`;
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${access.token}` } });
  const { success, errors, result } = answer.parse(await response.json());
  if (success) return result;
  const reasons = errors.map(({ code, message }) => `${message} (${code})`).join('; ');
  throw new Error(`site '${site}': Cloudflare says ${response.status}: ${reasons}; nothing was changed`);
}

/** Of a page, and of what is told of a branch. */
const most = 25;

/** Those of the production branch, 25 at most, the newest first. */
export async function deploymentsOf(access: CloudflareAccess, site: string): Promise<Deployment[]> {
  return await pageOf(access, site, `?env=production&per_page=${most}`);
}

/** The same of any branch. Cloudflare lists those of a project alone, so they are read until there are enough. */
export async function deploymentsOfBranch(
  access: CloudflareAccess,
  site: string,
  branch: string,
): Promise<Deployment[]> {
  const found: Deployment[] = [];
  for (let page = 1; found.length < most; page++) {
    const all = await pageOf(access, site, `?page=${page}&per_page=${most}`);
    found.push(...all.filter(({ deployment_trigger }) => deployment_trigger.metadata.branch === branch));
    if (all.length < most) break;
  }
  return found.slice(0, most);
}

async function pageOf(access: CloudflareAccess, site: string, query: string): Promise<Deployment[]> {
  return z.array(deployment).parse(await ask(access, site, 'GET', query));
}

/** Visitors get this deployment from now on; nothing is built or uploaded. */
export async function goBackTo(access: CloudflareAccess, site: string, id: string): Promise<Deployment> {
  return deployment.parse(await ask(access, site, 'POST', `/${id}/rollback`));
}
