/**
 * Earlier deployments of a site on Cloudflare Pages: they are listed, and one of them is gone back to. Source:
 * https://developers.cloudflare.com/api/resources/pages/subresources/projects/subresources/deployments/
 */
import { z } from 'zod';
import type { CloudflareApi } from './api.ts';

/** A Pages project. */
export interface Site {
  readonly accountId: string;
  readonly name: string;
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

const pathOf = ({ accountId, name }: Site): string => `/accounts/${accountId}/pages/projects/${name}/deployments`;

/** Of a page, and of what is told of a branch. */
const most = 25;

/** Those of the production branch, 25 at most, the newest first. */
export async function deploymentsOf(api: CloudflareApi, site: Site): Promise<Deployment[]> {
  return await api.get(`${pathOf(site)}?env=production&per_page=${most}`, z.array(deployment));
}

/** The same of any branch. */
export async function deploymentsOfBranch(api: CloudflareApi, site: Site, branch: string): Promise<Deployment[]> {
  const found: Deployment[] = [];
  for await (const one of allOfBranch(api, site, branch)) {
    found.push(one);
    if (found.length === most) break;
  }
  return found;
}

/** Of a branch, the newest first. Cloudflare lists those of a project alone, so its pages are read until there are enough. */
export async function* allOfBranch(api: CloudflareApi, site: Site, branch: string): AsyncGenerator<Deployment> {
  for (let page = 1, size = most; size === most; page++) {
    const all = await api.get(`${pathOf(site)}?page=${page}&per_page=${most}`, z.array(deployment));
    yield* all.filter(({ deployment_trigger }) => deployment_trigger.metadata.branch === branch);
    size = all.length;
  }
}

/**
 * Visitors get this deployment from now on; nothing is built or uploaded.
 *
 * @throws Error with what Cloudflare says, and that nothing was changed
 */
export async function goBackTo(api: CloudflareApi, site: Site, id: string): Promise<Deployment> {
  try {
    return await api.post(`${pathOf(site)}/${id}/rollback`, deployment);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}; nothing was changed`, { cause: error });
  }
}
