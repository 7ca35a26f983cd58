/** A plan for people: what will stand where, section by section. */
import type { PlannedGithub } from '../stacks/github.ts';
import { dockerContainersOf } from '../stacks/docker-containers.ts';
import { stageName } from '../stacks/names.ts';
import type { Plan } from '../stacks/plan.ts';
import type { Pod } from '../stacks/pod.ts';
import { capacity, type PortRequest } from '../stacks/ports.ts';
import { zonesOn } from '../stacks/records.ts';
import { unitsOf } from '../stacks/units.ts';
import { columns, type Row } from './columns.ts';

/** How words are set off; without colour each is the text itself. */
export interface Style {
  title(text: string): string;
  name(text: string): string;
  faint(text: string): string;
}

export const plain: Style = { title: (text) => text, name: (text) => text, faint: (text) => text };

/** @param width characters of the terminal; without one no line is broken */
export function planText(plan: Plan, style: Style = plain, width?: number): string {
  const sections = [
    ['Servers', servers(plan, style)],
    ['Projects', projects(plan, style)],
    ['Ports on 127.0.0.1', ports(plan, style)],
    ['DNS records', records(plan, style)],
    ['Sites', sites(plan, style)],
    ['Variables', variables(plan, style)],
    ['Elsewhere', elsewhere(plan, style)],
    ['Units', units(plan, style)],
    ['Files', files(plan, style)],
  ] as const;
  const parts = sections.map(([title, rows]) => [style.title(title), ...columns(rows, width)].join('\n'));
  return `${style.title(`Stage ${stageName(plan.stage)}`)}\n\n${parts.join('\n\n')}\n`;
}

function podsOf({ servers, projects }: Plan): Pod[] {
  const shared = Object.values(servers).flatMap((server) => server.shared ?? []);
  return [...shared, ...projects.flatMap(({ pod }) => pod ?? [])];
}

function servers(plan: Plan, { name, faint }: Style): Row[] {
  return Object.entries(plan.servers).map(([server, { settings }]) => {
    const { ipv4, ipv6 } = settings.addresses;
    const addresses = [ipv4, ...(ipv6 ? [ipv6] : [])].join(', ');
    const { backend } = settings.dns;
    return [
      name(server),
      `${settings.user}@${settings.host}:${settings.port}`,
      addresses,
      faint(`${backend}: ${zonesOn(settings).join(', ')}`),
    ];
  });
}

function projects({ projects }: Plan, { name, faint }: Style): Row[] {
  return projects.map(({ slug, pod, url, onDelete, protectData }) => [
    name(slug),
    pod?.server ?? '-',
    url,
    pod?.apps[0]?.image ?? '-',
    faint(`data when deleted: ${onDelete}${protectData ? ', protected' : ''}`),
  ]);
}

/** Each range with what is asked of it. */
function ports(plan: Plan, { name, faint }: Style): Row[] {
  const asked = podsOf(plan).flatMap((pod) =>
    Object.values(pod.ports).map((request) => ({ server: pod.server, request })),
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
  const sites = projects.flatMap((project) => project.sites);
  const all = [...Object.values(servers), ...projects, ...sites].flatMap((part) => part.records);
  return all.map((record) => [
    name(record.name),
    record.type,
    record.values.join(', '),
    record.ttl === 1 ? 'auto' : `${record.ttl} s`,
    faint(
      `zone ${record.zone}${record.backend === 'cloudflare' ? ` on Cloudflare${record.proxied ? ', proxied' : ''}` : ''}`,
    ),
  ]);
}

function sites({ projects }: Plan, { name, faint }: Style): Row[] {
  return projects.flatMap(({ slug, pod, sites: onPages }) => [
    ...(pod?.apps ?? []).map((app) => [
      name(app.domains.join(', ')),
      `${slug}/${app.name}${app.replicas.length > 1 ? ` ×${app.replicas.length}` : ''}`,
      faint(`health ${app.health.path} within ${app.health.deadline} s`),
    ]),
    ...onPages.map((site) => [name(site.domains.join(', ')), site.name, faint('on Cloudflare Pages')]),
  ]);
}

function units(plan: Plan, { name, faint }: Style): Row[] {
  return podsOf(plan).flatMap((pod) => {
    const engine = plan.servers[pod.server]?.settings.engine;
    const rows = engine === 'docker' ? dockerContainersOf(pod) : quadletRows(pod);
    return rows.map(({ name: own, image }) => [pod.server, name(own), faint(image)]);
  });
}

function quadletRows(pod: Pod): { name: string; image: string }[] {
  return Object.entries(unitsOf(pod)).map(([name, { content }]) => ({ name, image: imageIn(content) }));
}

function imageIn(content: string): string {
  return /^Image=(.*)$/m.exec(content)?.[1] ?? '';
}

/** What is on Cloudflare's R2, on GitHub and elsewhere. */
function elsewhere({ projects }: Plan, { name, faint }: Style): Row[] {
  return projects.flatMap(({ slug, bucket, github, externals }) => [
    ...(bucket ? [[name(slug), 'bucket', bucket.name, faint(`R2, ${bucket.location}`)]] : []),
    ...(github
      ? [
          [
            name(slug),
            'environment',
            `${github.owner}/${github.repository}: ${github.environment}`,
            faint(approval(github)),
          ],
        ]
      : []),
    ...externals.map(({ name: external, kind, host }) => [name(slug), external, host, faint(kind)]),
  ]);
}

function approval({ reviewers: { users, teams }, branches, tags }: PlannedGithub): string {
  const who = [...users, ...teams].join(', ');
  return `${[...branches, ...tags].join(', ')}${who ? `; approved by ${who}` : ''}`;
}

/** Each key with its kind, where it is kept, and its value where that is no secret. */
function variables({ projects }: Plan, { name, faint }: Style): Row[] {
  return projects.flatMap(({ slug, variables: all }) =>
    all.map((variable) => [
      name(slug),
      variable.name,
      variable.kind,
      variable.stores.join(', '),
      variable.kind === 'secret' ? faint(variable.required ? 'needed' : 'optional') : variable.value,
    ]),
  );
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
