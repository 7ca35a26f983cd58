/** What every plan keeps to, whatever it was made of. */
import { expect } from 'vitest';
import { dockerContainersOf } from '../../stacks/docker-containers.ts';
import { systemPorts } from '../../stacks/environments.ts';
import { dnsName } from '../../stacks/names.ts';
import type { Plan } from '../../stacks/plan.ts';
import { environmentFilesOf, migrationFile, type Pod } from '../../stacks/pod.ts';
import { inRange, type PortRequest } from '../../stacks/ports.ts';
import { unitsOf } from '../../stacks/units.ts';

export function expectToHoldTogether(plan: Plan): void {
  expectPorts(plan);
  expectNames(plan);
  expectUnits(plan);
  expectFolders(plan);
}

function podsOf({ servers, projects }: Plan): Pod[] {
  return [...Object.values(servers).flatMap(({ shared }) => shared ?? []), ...projects.flatMap(({ pod }) => pod ?? [])];
}

function textsOf(found: Plan, pod: Pod): string[] {
  return found.servers[pod.server]?.settings.engine === 'docker'
    ? dockerContainersOf(pod).map((one) => JSON.stringify(one))
    : Object.values(unitsOf(pod)).map(({ content }) => content);
}

/** Ports as the servers give them, in the order of their owners: one asked for by number, or the lowest that is free. */
function expectPorts(found: Plan): void {
  for (const [name, server] of Object.entries(found.servers)) {
    const requests = podsOf(found).flatMap((pod) => (pod.server === name ? Object.values(pod.ports) : []));
    requests.sort((a, b) => (a.owner < b.owner ? -1 : 1));
    const given = new Set<number>();
    const give = ({ range, reserved }: PortRequest, port: number) => {
      expect(inRange(range, port) && !reserved.includes(port) && !given.has(port), `${port} of ${name}`).toBe(true);
      given.add(port);
    };
    for (const request of requests) {
      let port = request.port ?? request.range.from;
      while (request.port === undefined && (given.has(port) || request.reserved.includes(port))) port++;
      give(request, port);
    }
    const system = found.projects.filter((one) => one.pod?.server === name && isOfPlatform(found, one.name));
    const claimed = system.flatMap(({ pod }) => Object.values(pod?.ports ?? {}).flatMap(({ port }) => port ?? []));
    const reserved = [...Object.values(systemPorts), ...server.settings.reservedPorts];
    expect(reserved.filter((port) => given.has(port) && !claimed.includes(port))).toEqual([]);
  }
}

function isOfPlatform({ placements }: Plan, name: string): boolean {
  return placements.some(({ project }) => project.name === name && project.system);
}

function expectUnique(all: string[]): void {
  expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
}

function expectNames(found: Plan): void {
  const sites = found.projects.flatMap(({ sites }) => sites);
  const domains = [...podsOf(found).flatMap(({ apps }) => apps), ...sites].flatMap((one) => one.domains);
  expectUnique(domains);
  expect(domains.filter((name) => !dnsName.safeParse(name).success)).toEqual([]);
  const records = [
    ...Object.values(found.servers).flatMap((server) => server.records),
    ...[...found.projects, ...sites].flatMap((one) => one.records),
  ];
  expectUnique(records.map(({ name, type }) => `${name} ${type}`));
  expect(records.filter(({ name, zone }) => name !== zone && !name.endsWith(`.${zone}`))).toEqual([]);
}

/** Quadlet(5): the service of a network is called after it with `-network` behind, that of a pod with `-pod`. */
const serviceOf = (unit: string) => unit.replace(/\.container$/, '').replace(/\.(network|pod)$/, '-$1');

function expectUnits(found: Plan): void {
  const pods = podsOf(found);
  expectUnique(pods.flatMap((pod) => Object.keys(unitsOf(pod)).map((unit) => `${pod.server} ${serviceOf(unit)}`)));
  for (const pod of pods) {
    const text = textsOf(found, pod).join('\n');
    expect(text).not.toMatch(
      /undefined|NaN|Infinity|\[object|native code|CPUQuota=0%|MemoryMax=0\D|"(memory|cpus)":0[,}]/,
    );
    const own = [pod.slug, ...(pod.shared ? [pod.shared.instance] : [])];
    const folders = [...text.matchAll(/\/codeb\/projects\/([^/"\s:]*)/g)].map(([, slug]) => slug ?? '');
    expect(folders.filter((slug) => !own.includes(slug))).toEqual([]);
    const inner = [
      ...pod.apps.flatMap(({ replicas }) => replicas.map(({ port }) => port)),
      ...[pod.postgres && 5432, pod.redis && 6379].flatMap((port) => port ?? []),
    ];
    expectUnique(inner.map(String));
    expect(inner.filter((port) => port > 65_535)).toEqual([]);
  }
}

function expectFolders(found: Plan): void {
  const pods = podsOf(found);
  expectUnique(pods.map(({ server, directory }) => `${server} ${directory}`));
  for (const pod of pods) {
    expect(pod.directory).toBe(`/var/lib/codeb/projects/${pod.slug}`);
    const inside = [...Object.keys(pod.files), ...Object.keys(pod.folders)];
    expect(inside.filter((path) => /^\/|(^|\/)\.\.?(\/|$)/.test(path))).toEqual([]);
    const ofServices = [...pod.apps, ...pod.workers].flatMap(({ name }) => Object.values(environmentFilesOf(name)));
    expectUnique([...ofServices, migrationFile]);
  }
}
