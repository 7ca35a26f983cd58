import { databasePorts, isDatabase } from '../database.ts';
import { type DockerContainer, dockerContainerOf, holdsDatabase } from '../docker.ts';
import type { Finding, Rule } from '../rule.ts';
import { argumentsOf, unitsOf, valuesOf, type WorkloadInputs, workloadOf } from '../workload.ts';

const expected = 'an address of the loopback: 127.0.0.1 or [::1]';

export const publicDatabasePort: Rule = {
  name: 'no-public-database-port',
  description: 'Databases are published on the loopback alone.',
  check: (subject) => {
    const workload = workloadOf(subject);
    if (workload) return workloadFindings(workload);
    const container = dockerContainerOf(subject);
    return container ? containerFindings(container) : [];
  },
};

function workloadFindings(workload: WorkloadInputs): Finding[] {
  return unitsOf(workload).flatMap(({ property, text }): Finding[] => {
    const holdsDatabase = valuesOf(text, 'Image').some(isDatabase);
    const network = valuesOf(text, 'Network').filter((value) => holdsDatabase && value === 'host');
    return [
      ...published(text)
        .filter((value) => (holdsDatabase || leadsToDatabase(value)) && !isLoopback(value))
        .map((value) => ({ property: `${property}: PublishPort`, found: `'${value}', a database's port`, expected })),
      ...network.map(() => ({
        property: `${property}: Network`,
        found: "'host' for a database",
        expected: 'a network of its own',
      })),
    ];
  });
}

/** Those of `PublishPort=`, and those that `PodmanArgs=` hands to `--publish`. */
function published(unit: string): string[] {
  return [...valuesOf(unit, 'PublishPort'), ...argumentsOf(unit, '-p', '--publish')];
}

/** `[[ip:][hostPort]:]containerPort[/protocol]`, a port being a number or a range: podman-systemd.unit(5). */
function leadsToDatabase(value: string): boolean {
  const [, from, to = from] = /(?:^|:)(\d+)(?:-(\d+))?(?:\/\w+)?$/.exec(value) ?? [];
  return [...databasePorts].some((port) => port >= Number(from) && port <= Number(to));
}

/** Without an address it is every address. */
function isLoopback(value: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]):/.test(value);
}

function containerFindings(container: DockerContainer): Finding[] {
  const { networkMode, publishAllPorts, ports } = container;
  const isOne = holdsDatabase(container);
  const open = ports.flatMap(({ internal, ip }, index): Finding[] => {
    const ofDatabase = isOne || (internal !== undefined && databasePorts.has(internal));
    if (!ofDatabase || /^(127(\.\d{1,3}){3}|::1)$/.test(ip ?? '')) return [];
    const found = `${ip === undefined ? 'no address, which is every one' : `'${ip}'`}, for a database's port ${internal}`;
    return [{ property: `ports[${index}].ip`, found, expected }];
  });
  return [
    ...open,
    ...(isOne && networkMode === 'host'
      ? [{ property: 'networkMode', found: "'host' for a database", expected: 'a network of its own' }]
      : []),
    ...(isOne && publishAllPorts
      ? [{ property: 'publishAllPorts', found: 'true for a database', expected: 'false' }]
      : []),
  ];
}
