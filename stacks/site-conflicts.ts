/** What sites on Cloudflare Pages cannot have: more of them than an account takes, names or domains of another. */
import { pagesLimits, whyNoBranch } from './cloudflare.ts';
import type { Planned } from './planned-project.ts';
import type { Problem } from './problems.ts';
import type { Project } from './project.ts';
import { zoneNames, zoneOf } from './records.ts';

export function siteConflicts(all: readonly Planned[]): Problem[] {
  return [...all.flatMap(ownProblems), ...quotaProblems(all), ...sameNames(all)];
}

/** Where it stands which sites a project has. */
export function sitesPath({ name, chats }: Pick<Project, 'name' | 'chats'>): string {
  return chats ? `codeb.projects.${name}.chats` : `projects.${name}.pages`;
}

function pathOf({ placement }: Planned): string {
  return sitesPath(placement.project);
}

function ownProblems(one: Planned): Problem[] {
  const { placement, planned } = one;
  const { cloudflare, project, chats } = placement;
  const path = pathOf(one);
  const ids = chats.filter(({ id }, index) => chats.findIndex((other) => other.id === id) !== index);
  const derived = planned.sites.flatMap(({ domains }) => domains).filter((domain) => isDerived(one, domain));
  return [
    ...ids.map(({ id }) => ({ path, message: `chat '${id}' is there twice` })),
    ...(project.chats?.layout === 'branch' ? branchProblems(one) : deploymentProblems(one)),
    ...planned.sites
      .filter(({ name }) => name.length > pagesLimits.nameLength)
      .map(({ name }) => {
        const message = `'${name}' has ${name.length} characters, and a Pages project at most ${pagesLimits.nameLength}`;
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

function branchProblems(one: Planned): Problem[] {
  return one.placement.chats.flatMap(({ id }, index): Problem[] => {
    const message = whyNoBranch(id);
    return message === undefined ? [] : [{ path: `${pathOf(one)}.${index}.id`, message }];
  });
}

/** In layout `project` Cloudflare itself goes back, since visitors get the production branch. */
function deploymentProblems(one: Planned): Problem[] {
  const { chats } = one.placement;
  return chats.flatMap(({ deployment }, index): Problem[] => {
    if (deployment === undefined) return [];
    const message =
      "is for the layout 'branch'; in this one `npm run site -- rollback {Pages project} {deployment}` goes back";
    return [{ path: `${pathOf(one)}.${index}.deployment`, message }];
  });
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
  const message = `the plan needs ${count} Pages projects, and the account takes ${allowed} (codeb.cloudflare.pagesProjects); the layout 'branch' puts ${pagesLimits.domainsPerProject} chats into one`;
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
