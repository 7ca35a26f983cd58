/** What sites on Cloudflare Pages cannot have: more of them than an account takes, names or domains of another. */
import { pagesLimits } from './cloudflare.ts';
import type { Planned } from './planned-project.ts';
import type { Problem } from './problems.ts';
import { zoneNames, zoneOf } from './records.ts';

export function siteConflicts(all: readonly Planned[]): Problem[] {
  return [...all.flatMap(ownProblems), ...quotaProblems(all), ...sameNames(all)];
}

function pathOf({ placement: { project } }: Planned): string {
  return project.chats ? `codeb.projects.${project.name}.chats` : `projects.${project.name}.pages`;
}

function ownProblems(one: Planned): Problem[] {
  const { placement, planned } = one;
  const { cloudflare, project, chats } = placement;
  const path = pathOf(one);
  const ids = chats.filter(({ id }, index) => chats.findIndex((other) => other.id === id) !== index);
  const derived = planned.sites.flatMap(({ domains }) => domains).filter((domain) => isDerived(one, domain));
  return [
    ...ids.map(({ id }) => ({ path, message: `chat '${id}' is there twice` })),
    ...planned.sites
      .filter(({ name }) => name.length > pagesLimits.nameLength)
      .map(({ name }) => {
        const message = `'${name}' has ${name.length} characters, and a Pages project at most ${pagesLimits.nameLength}`;
        return { path, message };
      }),
    ...planned.sites
      .filter(({ domains }) => domains.length > pagesLimits.domainsPerProject)
      .map(({ name, domains }) => {
        const message = `'${name}' would have ${domains.length} domains, and a Pages project takes ${pagesLimits.domainsPerProject}`;
        return { path, message };
      }),
    ...derived
      .filter((domain) => zoneOf({ cloudflare }, domain) === undefined)
      .map((domain) => ({
        path: project.chats ? `projects.${project.name}.chats.base` : `projects.${project.name}.domain.base`,
        message: `'${domain}' is outside every zone on Cloudflare (${zoneNames({ cloudflare })})`,
      })),
  ];
}

/** A custom domain of a chat may be the business of another name server. */
function isDerived({ placement: { chats } }: Planned, domain: string): boolean {
  return !chats.some(({ customDomain }) => customDomain === domain);
}

function quotaProblems(all: readonly Planned[]): Problem[] {
  const count = all.reduce((sum, { planned }) => sum + planned.sites.length, 0);
  const allowed = all[0]?.placement.cloudflare?.pagesProjects ?? 0;
  const largest = all.toSorted((a, b) => b.planned.sites.length - a.planned.sites.length)[0];
  if (count <= allowed || !largest) return [];
  const message = `the plan needs ${count} Pages projects, and this stack may have ${allowed} of the account's ${pagesLimits.projectsPerAccount}; the layout 'branch' puts ${pagesLimits.domainsPerProject} chats into one`;
  return [{ path: pathOf(largest), message }];
}

function sameNames(all: readonly Planned[]): Problem[] {
  const holders = new Map<string, string>();
  return all.flatMap((one) =>
    one.planned.sites.flatMap(({ name }): Problem[] => {
      const holder = holders.get(name);
      holders.set(name, one.planned.name);
      return holder === undefined || holder === one.planned.name
        ? []
        : [{ path: pathOf(one), message: `'${name}' is a Pages project of project '${holder}'` }];
    }),
  );
}
