/** No production host and no key of production in another environment. Source: PaintShare's operations plan, 1.2. */
import type { Chat } from './cloudflare.ts';
import { domainOf } from './names.ts';
import type { Placement } from './placement.ts';
import type { Planned } from './planned-project.ts';
import { plannedSites } from './planned-sites.ts';
import type { Problem } from './problems.ts';
import type { Project } from './project.ts';
import { type PlannedVariable, refersToAddress } from './variables.ts';

export function isolation({ placement, planned }: Planned): Problem[] {
  const { environment } = placement.stage;
  const { project } = placement;
  const given = { project, hosts: productionHosts(placement) };
  const own = environment === 'production' ? [] : trespasses(given, planned.variables, environment);
  const previews = trespasses(given, planned.previewVariables, 'a preview on Pages');
  // One value for all environments is one mistake.
  return [...own, ...previews.filter(({ path }) => own.every((other) => other.path !== path))];
}

function trespasses(
  { project, hosts }: { project: Project; hosts: readonly string[] },
  variables: readonly PlannedVariable[],
  where: string,
): Problem[] {
  return variables.flatMap((variable): Problem[] => {
    if (variable.kind === 'secret') return [];
    const path = `projects.${project.name}.variables.${variable.name}`;
    const host = hostIn(variable.value, hosts);
    if (host !== undefined) {
      return [{ path, message: `names production's host '${host}', which ${where} never touches` }];
    }
    if (!opensProduction(project, variable)) return [];
    const message = `is production's value of an external service, which ${where} never touches`;
    return [
      { path, message: `${message}: expected its own, or no place among the service's variables (no key, no address)` },
    ];
  });
}

/** A key or an address of an external service that is production's as well. */
function opensProduction({ externals, variables }: Project, { name, value }: { name: string; value: string }): boolean {
  const given = variables[name];
  if (!given || given.kind === 'secret') return false;
  const ofServices = Object.values(externals).filter((one) => one.variables.includes(name));
  if (typeof given.value !== 'string') return given.value.production === value && ofServices.length > 0;
  // With a reference it is another one in each environment.
  return !refersToAddress(given.value) && ofServices.some(({ environments }) => environments.production !== undefined);
}

/**
 * Hosts that are production's: the project's own names there, those of its sites, and those of services that run
 * elsewhere. Which chats production has is in its own settings; here they are those of the stack.
 */
export function productionHosts({
  project,
  chats = [],
}: Pick<Placement, 'project'> & { chats?: readonly Chat[] }): string[] {
  const { base, host = project.name } = project.domain;
  const production = { environment: 'production' } as const;
  const kind = project.system ? 'platform' : 'project';
  const own = project.environments.production
    ? Object.values(project.services.apps).map(({ subdomain }) =>
        domainOf({ base, host, kind, ...(subdomain !== undefined && { subdomain }) }, production),
      )
    : [];
  const custom = project.environments.production?.customDomains ?? [];
  return [...own, ...custom, ...siteHosts(project, chats), ...externalHosts(project)];
}

/**
 * With all names below them (`db.` of Supabase's), unless the project or another environment has its own there, or it is the
 * name of a provider as a whole: `sentry.io` has everybody's.
 */
function externalHosts({ domain, externals }: Project): string[] {
  const all = Object.values(externals).map(({ environments }) => environments);
  const others = all.flatMap(({ staging, preview }) => [staging, preview].flatMap((one) => one?.host ?? []));
  return all.flatMap(({ production }) => {
    if (!production) return [];
    const { host } = production;
    const isShared =
      host.split('.').length < 3 || [domain.base, ...others].some((one) => `.${one}`.endsWith(`.${host}`));
    return [host, ...(isShared ? [] : [`.${host}`])];
  });
}

function siteHosts(project: Project, chats: readonly Chat[]): string[] {
  const deployment = project.environments.production;
  if (!deployment) return [];
  const stage = { environment: 'production' } as const;
  // A custom domain belongs to one stack, and here that is not production's.
  const there = chats.map(({ id, created }) => ({ id, created, removed: false }));
  const sites = plannedSites({ project, stage, deployment, chats: there, images: {}, switches: {} });
  return sites.flatMap(({ name, domains, branches }) => [
    ...domains,
    `${name}.pages.dev`,
    ...(branches === 'chats' ? there.map(({ id }) => `${id}.${name}.pages.dev`) : []),
  ]);
}

/**
 * The first name in a value that is one of the hosts as a whole, not as a part of a longer name; a final dot is none of
 * its own. Of a host that begins with a dot it is the name below it. An address within an address is encoded, once for
 * each that it is in: RFC 3986, 2.1.
 */
export function hostIn(value: string, hosts: readonly string[]): string | undefined {
  const named: string[] = value.toLowerCase().match(/[a-z0-9-]+(\.[a-z0-9-]+)*/g) ?? [];
  const found = named.find((one) => hosts.some((host) => (host.startsWith('.') ? one.endsWith(host) : one === host)));
  const decoded = value.replaceAll(/%([0-7][0-9a-f])/gi, (_, byte: string) => String.fromCharCode(parseInt(byte, 16)));
  return found ?? (decoded === value ? undefined : hostIn(decoded, hosts));
}
