/** What visitors of a name on Cloudflare Pages get: https://developers.cloudflare.com/pages/configuration/custom-domains/ */
import { recordToPages } from './pages-domains.ts';
import { branchAlias, shortId } from './shown-deployment.ts';
import type { Deployment, PagesProject, State } from './state.ts';

export interface Shown {
  readonly status: number;
  readonly body: string;
}

/**
 * The deployment that a custom domain leads to says what it is, as the apps of the sandbox do: its files are not kept.
 * The CNAME tells which one: that of production, one by its short id, or the newest of the branch whose alias it is.
 */
export function shownSite(host: string, state: State): Shown {
  const project = state.pagesProjects.find(({ domains }) => domains.some(({ name }) => name === host));
  const record = project && recordToPages(host, project, state);
  // Without its domain in the project a CNAME is not enough, nor is the domain without the CNAME.
  if (!record) return { status: 522, body: `error code: 522: ${host} is no active domain of a Pages project` };
  const deployment = deploymentAt(record.content, project);
  if (!deployment) return { status: 404, body: 'Nothing is here yet' };
  const { commitHash, environment } = deployment;
  return { status: 200, body: JSON.stringify({ name: project.name, version: commitHash, environment }) };
}

function deploymentAt(content: string, { name, deployments, canonical }: PagesProject): Deployment | undefined {
  if (content === `${name}.pages.dev`) return deployments.find(({ id }) => id === canonical);
  const label = content.slice(0, -`.${name}.pages.dev`.length);
  return deployments.findLast(({ id, branch }) => label === shortId(id) || label === branchAlias(branch));
}
