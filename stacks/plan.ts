/** The plan: everything that will exist, by name, from settings and projects alone. */
import { conflicts, type Planned } from './conflicts.ts';
import type { Stage } from './names.ts';
import { place, stageOf } from './placement.ts';
import { type PlannedProject, planProject } from './planned-project.ts';
import type { DatabaseKind, Pod } from './pod.ts';
import { type Problem, problemsOf } from './problems.ts';
import { type Project, project } from './project.ts';
import { type RecordRequest, recordsOf, zoneOf } from './records.ts';
import { type Server, type Settings, settings as settingsSchema } from './settings.ts';
import { sharedPod } from './shared-databases.ts';

export interface PlannedServer {
  settings: Server;
  /** Names of the server itself. */
  records: RecordRequest[];
  /** The databases that its projects share. */
  shared?: Pod;
}

export interface Plan {
  stage: Stage;
  /** The servers in use, by name. */
  servers: Record<string, PlannedServer>;
  projects: PlannedProject[];
}

export type PlanResult = { kind: 'ok'; plan: Plan } | { kind: 'refused'; problems: Problem[] };

/** Pure: the same input gives the same plan, and a wrong one every problem at once. */
export function plan(given: { settings: unknown; projects: readonly unknown[] }): PlanResult {
  const settings = settingsSchema.safeParse(given.settings);
  const { projects, problems } = parseProjects(given.projects);
  if (!settings.success) {
    return { kind: 'refused', problems: [...problemsOf(settings.error.issues, 'codeb'), ...problems] };
  }
  const known = given.projects.flatMap((spec) => nameIn(spec) ?? []);
  const placed = place(settings.data, projects, known);
  const all = placed.placements.map((placement): Planned => ({ placement, planned: planProject(placement) }));
  problems.push(...placed.problems, ...conflicts(all), ...wildcardProblems(settings.data));
  if (problems.length > 0) return { kind: 'refused', problems };
  return {
    kind: 'ok',
    plan: assemble(
      settings.data,
      all.map(({ planned }) => planned),
    ),
  };
}

function parseProjects(given: readonly unknown[]): { projects: Project[]; problems: Problem[] } {
  const projects: Project[] = [];
  const problems: Problem[] = [];
  for (const [index, spec] of given.entries()) {
    const parsed = project.safeParse(spec);
    if (!parsed.success) problems.push(...problemsOf(parsed.error.issues, `projects.${nameIn(spec) ?? index}`));
    else if (projects.some(({ name }) => name === parsed.data.name)) {
      problems.push({ path: `projects.${parsed.data.name}.name`, message: 'is the name of another project as well' });
    } else projects.push(parsed.data);
  }
  return { projects, problems };
}

function nameIn(spec: unknown): string | undefined {
  if (typeof spec !== 'object' || spec === null || !('name' in spec)) return undefined;
  return typeof spec.name === 'string' && spec.name !== '' ? spec.name : undefined;
}

function wildcardProblems({ servers }: Settings): Problem[] {
  const holders = new Map<string, string>();
  return Object.entries(servers).flatMap(([name, server]) =>
    server.dns.wildcards.flatMap((wildcard, index): Problem[] => {
      const path = `codeb.servers.${name}.dns.wildcards.${index}`;
      const holder = holders.get(wildcard);
      if (holder !== undefined) return [{ path, message: `'${wildcard}' is a wildcard of '${holder}' already` }];
      holders.set(wildcard, name);
      if (zoneOf(server, wildcard.slice('*.'.length)) !== undefined) return [];
      const zones = server.dns.zones.join(', ');
      return [{ path, message: `'${wildcard}' is outside every zone of the server (${zones})` }];
    }),
  );
}

function assemble(settings: Settings, projects: PlannedProject[]): Plan {
  const stage = stageOf(settings);
  const inUse = Object.entries(settings.servers).filter(([name]) => projects.some(({ server }) => server === name));
  return {
    stage,
    servers: Object.fromEntries(inUse.map(([name, server]) => [name, planServer({ stage, name, server, projects })])),
    projects,
  };
}

interface ServerParts {
  stage: Stage;
  name: string;
  server: Server;
  projects: PlannedProject[];
}

function planServer({ stage, name, server, projects }: ServerParts): PlannedServer {
  const all: DatabaseKind[] = ['postgres', 'redis'];
  const shared = all.filter((kind) =>
    projects.some((project) => project.server === name && project.shared?.kinds.includes(kind)),
  );
  return {
    settings: server,
    records: server.dns.wildcards.flatMap((wildcard) => recordsOf(server, wildcard)),
    ...(shared.length > 0 && { shared: sharedPod(stage, name, shared) }),
  };
}
