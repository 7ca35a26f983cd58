/** Pages projects of a whole account, which other stacks and other people use as well: whether a plan's sites fit in. */
import { pagesLimits } from './cloudflare.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problems.ts';
import { sitesPath } from './site-conflicts.ts';

/** Whether all of the plan's sites fit beside as many Pages projects, whichever of them are its own already. */
export function fitsBeside({ projects, cloudflare }: Plan, count: number): boolean {
  const own = projects.flatMap(({ sites }) => sites).length;
  return cloudflare === undefined || count + own <= cloudflare.pagesProjects;
}

/**
 * What passes the quota. Sites that the update takes away count as well: Pulumi makes before it deletes.
 *
 * @param there names of all Pages projects that the account has
 */
export function accountProblems({ projects, placements, cloudflare }: Plan, there: ReadonlySet<string>): Problem[] {
  const most = cloudflare?.pagesProjects ?? 0;
  const added = projects.map(({ name, sites }) => ({
    spec: placements.find(({ project }) => project.name === name)?.project,
    names: sites.flatMap((site) => (there.has(site.name) ? [] : [site.name])),
  }));
  const all = added.flatMap(({ names }) => names);
  const spec = added.toSorted((a, b) => b.names.length - a.names.length)[0]?.spec;
  if (all.length === 0 || there.size + all.length <= most || !spec) return [];
  const message = [
    `the account has ${there.size} Pages projects, the plan adds ${all.length} (${listed(all)}),`,
    `and the account takes ${most} (codeb.cloudflare.pagesProjects): take sites away in an update before this one,`,
    `put ${pagesLimits.domainsPerProject} chats into one with the layout 'branch', or have Cloudflare raise its limit`,
  ].join(' ');
  return [{ path: sitesPath(spec), message }];
}

/** The first three. */
function listed(names: readonly string[]): string {
  const more = names.length - 3;
  return [...names.slice(0, 3), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
