/** What projects that are each right on their own cannot have together. */
import { type Pool, pools, systemPorts } from './environments.ts';
import type { Placement, PlannedProject } from './planned-project.ts';
import { capacity, inRange, type PortRequest, reservation } from './ports.ts';
import type { Problem } from './problems.ts';
import { zoneOf } from './records.ts';

/** A project where it goes, and what it becomes there. */
export interface Planned {
  placement: Placement;
  planned: PlannedProject;
}

export function conflicts(all: readonly Planned[]): Problem[] {
  return [
    ...all.flatMap(portProblems),
    ...all.flatMap(zoneProblems),
    ...twice(all, portKeys, (key, holder) => `port ${key.split(' ')[1]} is taken by project '${holder}'`),
    ...twice(all, domainKeys, (key, holder) => `'${key}' is a domain of project '${holder}'`),
    ...twice(
      all,
      databaseKeys,
      (key, holder) => `'${key.split(' ')[1]}' is the shared database of project '${holder}'`,
    ),
    ...rangeProblems(all),
  ];
}

function portProblems({ placement, planned }: Planned): Problem[] {
  const { publishedPort, settings, project, paths, server } = placement;
  const problem = (message: string): Problem[] => [{ path: paths.publishedPort, message }];
  if (publishedPort === undefined) return [];
  if (typeof publishedPort === 'string') {
    if (project.system) return [];
    const port = systemPorts[publishedPort];
    return problem(`system port '${publishedPort}' (${port}) is for projects of the platform (system: true)`);
  }
  const range = planned.ports.app?.range;
  const { environment } = placement.stage;
  const reserved = reservation(settings, publishedPort);
  if (reserved) return problem(`port ${publishedPort} ${reserved}`);
  if (!range || inRange(range, publishedPort)) return [];
  const allowed = `${environment} has ${range.from}-${range.to} on server '${server}'`;
  return problem(`port ${publishedPort} is out of range: ${allowed}`);
}

/** The derived name has to be in a zone of the server; a custom one may be the business of another name server. */
function zoneProblems({ placement, planned }: Planned): Problem[] {
  const [name] = planned.domains;
  if (zoneOf(placement.settings, name) !== undefined) return [];
  const zones = placement.settings.dns.zones.join(', ');
  const message = `'${name}' is outside every zone of server '${placement.server}' (${zones})`;
  return [{ path: `projects.${placement.project.name}.domain.base`, message }];
}

interface Key {
  key: string;
  path: string;
}

function portKeys({ placement, planned }: Planned): Key[] {
  const port = planned.ports.app?.port;
  return port === undefined ? [] : [{ key: `${placement.server} ${port}`, path: placement.paths.publishedPort }];
}

function domainKeys({ placement, planned }: Planned): Key[] {
  const [derived, ...custom] = planned.domains;
  return [
    { key: derived, path: `projects.${placement.project.name}.domain` },
    ...custom.map((key, index) => ({ key, path: `${placement.paths.customDomains}.${index}` })),
  ];
}

function databaseKeys({ placement, planned }: Planned): Key[] {
  if (planned.sharedDatabase === undefined) return [];
  const path = `projects.${placement.project.name}.services.postgres.database`;
  return [{ key: `${placement.server} ${planned.sharedDatabase}`, path }];
}

/** Every key that was seen before, with the project that has it. */
function twice(
  all: readonly Planned[],
  keysOf: (planned: Planned) => Key[],
  message: (key: string, holder: string) => string,
): Problem[] {
  const holders = new Map<string, string>();
  return all.flatMap((one) =>
    keysOf(one).flatMap(({ key, path }): Problem[] => {
      const holder = holders.get(key);
      if (holder !== undefined) return [{ path, message: message(key, holder) }];
      holders.set(key, one.planned.name);
      return [];
    }),
  );
}

/** Ranges that are too small for what the plan alone asks of them. */
function rangeProblems(all: readonly Planned[]): Problem[] {
  const asked = Map.groupBy(
    all.flatMap(({ placement, planned }) =>
      pools.flatMap((pool) => {
        const request = planned.ports[pool];
        return request && !isSystemPort(request) ? [{ server: placement.server, placement, pool, request }] : [];
      }),
    ),
    ({ server, pool }) => `${server} ${pool}`,
  );
  return [...asked.values()].flatMap((requests): Problem[] => {
    const [first] = requests;
    if (!first || requests.length <= capacity(first.request)) return [];
    const { from, to } = first.request.range;
    const room = capacity(first.request);
    const reserved = to - from + 1 - room;
    const message = `${from}-${to} has room for ${room} (${reserved} reserved), and the plan needs ${requests.length}`;
    return [{ path: rangePath(first.server, first.placement, first.pool), message }];
  });
}

function isSystemPort({ port, range }: PortRequest): boolean {
  return port !== undefined && range.from === range.to && Object.values(systemPorts).some((known) => known === port);
}

function rangePath(server: string, { stage }: Placement, pool: Pool): string {
  return `codeb.servers.${server}.ports.${stage.environment}.${pool}`;
}
