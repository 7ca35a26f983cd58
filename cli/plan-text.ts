/** A plan for people: what will stand where, section by section. */
import { stripVTControlCharacters } from 'node:util';
import { pools } from '../stacks/environments.ts';
import { containerName, stageName } from '../stacks/names.ts';
import type { Plan } from '../stacks/plan.ts';
import type { Pod } from '../stacks/pod.ts';
import { capacity, type PortRequest } from '../stacks/ports.ts';
import { unitsOf } from '../stacks/units.ts';

/** How words are set off; without colour each is the text itself. */
export interface Style {
  title(text: string): string;
  name(text: string): string;
  faint(text: string): string;
}

export const plain: Style = { title: (text) => text, name: (text) => text, faint: (text) => text };

export function planText(plan: Plan, style: Style = plain): string {
  const sections = [
    ['Servers', servers(plan, style)],
    ['Projects', projects(plan, style)],
    ['Ports on 127.0.0.1', ports(plan, style)],
    ['DNS records', records(plan, style)],
    ['Sites', sites(plan, style)],
    ['Units', units(plan, style)],
    ['Files', files(plan, style)],
  ] as const;
  const parts = sections.map(([title, rows]) => [style.title(title), ...columns(rows)].join('\n'));
  return `${style.title(`Stage ${stageName(plan.stage)}`)}\n\n${parts.join('\n\n')}\n`;
}

type Row = string[];

function columns(rows: Row[]): string[] {
  if (rows.length === 0) return ['  none'];
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, width(cell))),
    [],
  );
  return rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

function pad(cell: string, wanted: number): string {
  return cell + ' '.repeat(Math.max(0, wanted - width(cell)));
}

function podsOf({ servers, projects }: Plan): Pod[] {
  const shared = Object.values(servers).flatMap((server) => server.shared ?? []);
  return [...shared, ...projects];
}

function servers(plan: Plan, { name, faint }: Style): Row[] {
  return Object.entries(plan.servers).map(([server, { settings }]) => {
    const { ipv4, ipv6 } = settings.addresses;
    const addresses = [ipv4, ...(ipv6 ? [ipv6] : [])].join(', ');
    const { backend, zones } = settings.dns;
    return [
      name(server),
      `${settings.user}@${settings.host}:${settings.port}`,
      addresses,
      faint(`${backend}: ${zones.join(', ')}`),
    ];
  });
}

function projects({ projects }: Plan, { name, faint }: Style): Row[] {
  return projects.map(({ slug, server, url, app, onDelete }) => [
    name(slug),
    server,
    url,
    app.image,
    faint(`data when deleted: ${onDelete}`),
  ]);
}

/** Each range with what is asked of it. */
function ports(plan: Plan, { name, faint }: Style): Row[] {
  const asked = podsOf(plan).flatMap((pod) =>
    pools.flatMap((pool) => {
      const request = pod.ports[pool];
      return request ? [{ server: pod.server, request }] : [];
    }),
  );
  const ranges = Map.groupBy(asked, ({ server, request }) => [server, request.pool, rangeText(request)].join(' '));
  return [...ranges.values()].flatMap((requests) =>
    requests.map(({ server, request }) => [
      server,
      request.pool,
      rangeText(request),
      name(request.owner),
      request.port === undefined ? 'the lowest free one' : String(request.port),
      faint(room(request, requests.length)),
    ]),
  );
}

function rangeText({ range: { from, to } }: PortRequest): string {
  return from === to ? 'system' : `${from}-${to}`;
}

function room(request: PortRequest, count: number): string {
  if (request.range.from === request.range.to) return '';
  const reserved = request.reserved.length > 0 ? `, ${request.reserved.join(' and ')} reserved` : '';
  return `${count} of ${capacity(request)}${reserved}`;
}

function records({ servers, projects }: Plan, { name, faint }: Style): Row[] {
  const all = [...Object.values(servers), ...projects].flatMap((part) => part.records);
  return all.map((record) => [
    name(record.name),
    record.type,
    record.values.join(', '),
    `${record.ttl} s`,
    faint(`zone ${record.zone}`),
  ]);
}

function sites({ projects }: Plan, { name, faint }: Style): Row[] {
  return projects.map(({ slug, domains, app }) => [
    name(domains.join(', ')),
    `${slug}/app`,
    faint(`health ${app.health.path} within ${app.health.deadline} s`),
  ]);
}

function units(plan: Plan, { name, faint }: Style): Row[] {
  return podsOf(plan).flatMap((pod) =>
    Object.keys(unitsOf(pod, {})).map((unit) => [pod.server, name(unit), faint(imageOf(pod, unit))]),
  );
}

function imageOf(pod: Pod, unit: string): string {
  const service = pools.find((pool) => unit === `${containerName(pod.slug, pool)}.container`);
  return (service && pod[service]?.image) ?? '';
}

/** Folders end with a slash. */
function files(plan: Plan, { name, faint }: Style): Row[] {
  return podsOf(plan).flatMap(({ server, directory, folders, files, passwords }) => [
    [server, '', name(`${directory}/`), ''],
    ...Object.entries(folders).map(([path, mode]) => [server, mode, `  ${path}/`, '']),
    ...Object.entries(files).map(([path, mode]) => [server, mode, `  ${path}`, '']),
    ...passwords.map(({ path }) => [
      server,
      '0600',
      `  ${path.slice(directory.length + 1)}`,
      faint('made once, on the server'),
    ]),
  ]);
}
