/** What projects that are each right on their own cannot have together. */
import { type Pool, systemPorts } from './environments.ts';
import { dnsName } from './names.ts';
import type { Placement } from './placement.ts';
import type { Planned } from './planned-project.ts';
import { capacity, inRange, overlap, type PortRequest, reservation } from './ports.ts';
import type { Problem } from './problems.ts';
import { zoneNames, zoneOf } from './records.ts';
import { siteConflicts } from './site-conflicts.ts';
import { unitsOf } from './units.ts';

export function conflicts(all: readonly Planned[]): Problem[] {
  return [
    ...all.flatMap(portProblems),
    ...all.flatMap(zoneProblems),
    ...all.flatMap(nameProblems),
    ...twice(all, portKeys, (key, holder) => `port ${key.split(' ')[1]} is taken by project '${holder}'`),
    ...twice(all, domainKeys, (key, holder) => `'${key}' is a domain of project '${holder}'`),
    ...twice(
      all,
      databaseKeys,
      (key, holder) => `'${key.split(' ')[1]}' is the shared database of project '${holder}'`,
    ),
    ...twice(all, unitKeys, (key, holder) => `'${key.split(' ')[1]}' is a unit of project '${holder}' as well`),
    ...sharingProblems(all),
    ...rangeProblems(all),
    ...siteConflicts(all),
  ];
}

/** Apps with a port of their own choice, and where that stands. */
function publishedPorts({ project, deployment, stage }: Placement) {
  return Object.entries(project.services.apps).flatMap(([name, app]) => {
    const here = deployment.publishedPorts[name];
    const port = here ?? app.publishedPort;
    const path = here
      ? `projects.${project.name}.environments.${stage.environment}.publishedPorts.${name}`
      : `projects.${project.name}.services.apps.${name}.publishedPort`;
    return port === undefined ? [] : [{ name, port, path }];
  });
}

function portProblems({ placement, planned }: Planned): Problem[] {
  const { project, server, stage } = placement;
  if (!server) return [];
  return publishedPorts(placement).flatMap(({ name, port, path }): Problem[] => {
    if (typeof port === 'string') {
      if (project.system) return [];
      const message = `system port '${port}' (${systemPorts[port]}) is for projects of the platform (system: true)`;
      return [{ path, message }];
    }
    const range = planned.pod?.ports[name]?.range;
    const reserved = reservation(server.settings, port);
    if (reserved) return [{ path, message: `port ${port} ${reserved}` }];
    if (!range || inRange(range, port)) return [];
    const allowed = `${stage.environment} has ${range.from}-${range.to} on server '${server.name}'`;
    return [{ path, message: `port ${port} is out of range: ${allowed}` }];
  });
}

/** A derived name has to be in a zone of the stack; a custom one may be the business of another name server. */
function zoneProblems({ placement, planned }: Planned): Problem[] {
  const { server, cloudflare, project } = placement;
  if (!server) return [];
  const derived = (planned.pod?.apps ?? []).map(({ domains: [name] }) => name);
  return derived.flatMap((name): Problem[] => {
    const zones = { server: server.settings, cloudflare };
    if (zoneOf(zones, name) !== undefined) return [];
    const message = `'${name}' is outside every zone of server '${server.name}' (${zoneNames(zones)})`;
    return [{ path: `projects.${project.name}.domain.base`, message }];
  });
}

/** A stack has one instance of shared databases: one on another server would be another of the same name. */
function sharingProblems(all: readonly Planned[]): Problem[] {
  const sharing = all.filter(({ planned }) => planned.pod?.shared);
  const [first] = sharing;
  return sharing.flatMap(({ placement, planned }): Problem[] => {
    const [here, there] = [planned.pod?.server, first?.planned.pod?.server];
    if (here === there) return [];
    const message = `is 'shared' on server '${here}', and project '${first?.planned.name}' shares on server '${there}'`;
    return (planned.pod?.shared?.kinds ?? []).map((kind) => ({
      path: `projects.${placement.project.name}.services.${kind}.kind`,
      message: `${message}: expected one server for both, or 'own'`,
    }));
  });
}

/** Labels and a base that are each right can be too long together, or no name of a URL. */
function nameProblems(one: Planned): Problem[] {
  const { name, url } = one.planned;
  const own = { key: url.slice('https://'.length), path: `projects.${name}.domain` };
  const pathOf = new Map([own, ...domainKeys(one)].map(({ key, path }) => [key, path]));
  return [...pathOf].flatMap(([key, path]): Problem[] => {
    const issues = dnsName.safeParse(key).error?.issues ?? [];
    return issues.map(({ message }) => ({ path, message: `'${key}': ${message}` }));
  });
}

interface Key {
  key: string;
  path: string;
}

function portKeys({ placement, planned }: Planned): Key[] {
  return publishedPorts(placement).flatMap(({ name, path }) => {
    const port = planned.pod?.ports[name]?.port;
    return port === undefined ? [] : [{ key: `${placement.server?.name} ${port}`, path }];
  });
}

function domainKeys({ placement, planned }: Planned): Key[] {
  const { project, stage, deployment } = placement;
  const custom = `projects.${project.name}.environments.${stage.environment}.customDomains`;
  const all = [...(planned.pod?.apps ?? []), ...planned.sites].flatMap(({ domains }) => domains);
  return all.map((key) => {
    const index = deployment.customDomains.indexOf(key);
    return { key, path: index < 0 ? `projects.${project.name}.domain` : `${custom}.${index}` };
  });
}

function databaseKeys({ placement, planned }: Planned): Key[] {
  if (planned.sharedDatabase === undefined) return [];
  const path = `projects.${placement.project.name}.services.postgres.database`;
  return [{ key: `${placement.server?.name} ${planned.sharedDatabase}`, path }];
}

/** `code` with an app `battle-web` and `code-battle` with an app `web` would be one container. */
function unitKeys({ placement, planned: { pod } }: Planned): Key[] {
  if (!pod) return [];
  const path = `projects.${placement.project.name}.services`;
  // Quadlet gives `code.network` the service that a container `code-network` would have, and `code.pod` likewise.
  const names = Object.keys(unitsOf(pod)).map((unit) => unit.replace(/\.(network|pod)$/, '-$1.container'));
  return names.map((name) => ({ key: `${pod.server} ${name}`, path }));
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

/** Ranges that are too small for what the plan alone asks of them, or that share ports with another pool's. */
function rangeProblems(all: readonly Planned[]): Problem[] {
  const groups = Map.groupBy(
    all.flatMap(({ placement, planned }) =>
      Object.values(planned.pod?.ports ?? {})
        .filter((request) => !isSystemPort(request))
        .map((request) => ({ server: placement.server?.name ?? '', placement, request })),
    ),
    ({ server, request }) => `${server} ${request.pool}`,
  );
  const inOrder = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const asked = inOrder.flatMap(([, [first, ...more]]) => (first ? [{ ...first, count: 1 + more.length }] : []));
  return asked.flatMap(({ server, placement, request, count }, index): Problem[] => {
    const path = rangePath(server, placement, request.pool);
    const { from, to } = request.range;
    const room = capacity(request);
    const small = `${from}-${to} has room for ${room} (${to - from + 1 - room} reserved), and the plan needs ${count}`;
    const shared = asked
      .slice(0, index)
      .filter((other) => other.server === server && overlap(other.request.range, request.range))
      .map(
        ({ request: { pool, range } }) =>
          `${from}-${to} has ports of ${range.from}-${range.to}, the range of '${pool}'`,
      );
    return [...(count > room ? [small] : []), ...shared].map((message) => ({ path, message }));
  });
}

function isSystemPort({ port, range }: PortRequest): boolean {
  return port !== undefined && range.from === range.to && Object.values(systemPorts).some((known) => known === port);
}

function rangePath(server: string, { stage }: Placement, pool: Pool): string {
  return `codeb.servers.${server}.ports.${stage.environment}.${pool}`;
}
