/** No production host in another environment. Source: PaintShare's operations plan, 1.2. */
import { domainOf } from './names.ts';
import type { Placement } from './placement.ts';
import type { Planned } from './planned-project.ts';
import type { Problem } from './problems.ts';

export function isolation({ placement, planned }: Planned): Problem[] {
  const { project, stage } = placement;
  if (stage.environment === 'production') return [];
  const hosts = productionHosts(placement);
  return planned.variables.flatMap((variable): Problem[] => {
    if (variable.kind === 'secret') return [];
    const host = hostIn(variable.value, hosts);
    if (host === undefined) return [];
    const message = `names production's host '${host}', which ${stage.environment} never touches`;
    return [{ path: `projects.${project.name}.variables.${variable.name}`, message }];
  });
}

/** Hosts that are production's: the project's own names there, and those of services that run elsewhere. */
export function productionHosts({ project }: Pick<Placement, 'project'>): string[] {
  const { base, host = project.name } = project.domain;
  const production = { environment: 'production' } as const;
  const kind = project.system ? 'platform' : 'project';
  const own = project.environments.production
    ? Object.values(project.services.apps).map(({ subdomain }) =>
        domainOf({ base, host, kind, ...(subdomain !== undefined && { subdomain }) }, production),
      )
    : [];
  const elsewhere = Object.values(project.externals).flatMap(({ environments }) => environments.production?.host ?? []);
  return [...own, ...(project.environments.production?.customDomains ?? []), ...elsewhere];
}

/** The first of the hosts that a value names as a whole, not as a part of a longer name; a final dot is none of its own. */
export function hostIn(value: string, hosts: readonly string[]): string | undefined {
  const named: string[] = value.toLowerCase().match(/[a-z0-9-]+(\.[a-z0-9-]+)*/g) ?? [];
  return hosts.find((host) => named.includes(host));
}
