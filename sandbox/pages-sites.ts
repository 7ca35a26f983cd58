/** The sites on Cloudflare Pages, which the stacks make, but upload nothing to. */
import { z } from 'zod';
import { cloudflareFrom } from '../cloudflare/api.ts';
import type { Box } from './box.ts';
import { startEdge } from './cloudflare-edge.ts';
import type { Progress } from './progress.ts';
import { type Answer, askSite } from './sites.ts';
import { cloudflare, type StandIns } from './stand-ins.ts';

const project = z.object({
  name: z.string(),
  production_branch: z.string(),
  canonical_deployment: z.object({}).nullable(),
});

/** The answer of each over HTTPS, by its URL, once those that have nothing to show have been uploaded to. */
export async function askPages(
  box: Box,
  { environment, cloudflareState }: StandIns,
  urls: readonly string[],
  progress: Progress,
): Promise<Map<string, Answer>> {
  const path = `/accounts/${cloudflare.accountId}/pages/projects`;
  for (const site of await cloudflareFrom(environment).list(path, z.array(project))) {
    if (!site.canonical_deployment) await upload(`${path}/${site.name}`, site.production_branch, environment);
  }
  const edge = await startEdge(box, cloudflareState);
  try {
    const answers = new Map<string, Answer>();
    for (const url of urls) {
      answers.set(url, await progress.step(`ask ${url}`, () => askSite(edge, url, edge.certificate)));
    }
    return answers;
  } finally {
    await edge.end();
  }
}

/** Source: https://developers.cloudflare.com/api/resources/pages/subresources/projects/subresources/deployments/ */
async function upload(site: string, branch: string, environment: StandIns['environment']): Promise<void> {
  const { CLOUDFLARE_BASE_URL: base, CLOUDFLARE_API_TOKEN: token } = environment;
  const body = new FormData();
  for (const [name, value] of Object.entries({ branch, commit_hash: 'sample', manifest: '{}' })) body.set(name, value);
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${base}${site}/deployments`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`POST ${site}/deployments: ${response.status} ${await response.text()}`);
}
