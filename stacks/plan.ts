/** The plan: everything that will exist, by name, from settings and projects alone. */
import { conflicts } from './conflicts.ts';
import { dockerProblems, dockerWarnings, onEngine } from './docker-plan.ts';
import { type PlannedChecks, planChecks } from './github.ts';
import { repositoryProblems } from './github-repositories.ts';
import { isolation } from './isolation.ts';
import { misnamed } from './namespace.ts';
import type { Stage } from './names.ts';
import { place, type Placement, stageOf } from './placement.ts';
import { type Planned, type PlannedProject, planProject } from './planned-project.ts';
import { databaseKinds, type Pod } from './pod.ts';
import { inTurn } from './ports.ts';
import { type Problem, problemsOf } from './problems.ts';
import { type Project, project } from './project.ts';
import { matrixProblems } from './matrix.ts';
import { type RecordRequest, recordsOf, zoneNames, zoneOf } from './records.ts';
import { type Cloudflare, type Server, type Settings, settings as settingsSchema, settingsOf } from './settings.ts';
import { sharedPod } from './shared-databases.ts';
import { usedNameProblems } from './used-names.ts';

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
  cloudflare?: Cloudflare;
  /** Of the repository that this program lives in. */
  checks?: PlannedChecks;
  projects: PlannedProject[];
  /** What they were planned from. */
  placements: Placement[];
  /** What is not as a project asks for, in sentences. */
  warnings: string[];
  /** Names that settings may use, of what this stack does not run as well. */
  known: { projects: string[]; servers: string[] };
}

export type PlanResult = { kind: 'ok'; plan: Plan } | { kind: 'refused'; problems: Problem[] };

/** The plan of a stack's configuration, as its file or Pulumi has it. */
export function planOf(config: Record<string, unknown>, projects: readonly unknown[]): PlanResult {
  const result = plan({ settings: settingsOf(config), projects });
  const problems = [...misnamed(config), ...(result.kind === 'refused' ? result.problems : [])];
  return problems.length > 0 ? { kind: 'refused', problems } : result;
}

/** Pure: the same input gives the same plan, and a wrong one every problem at once. */
export function plan(given: { settings: unknown; projects: readonly unknown[] }): PlanResult {
  const settings = settingsSchema.safeParse(given.settings);
  const { projects, problems } = parseProjects(given.projects);
  const known = given.projects.flatMap((spec) => nameIn(spec) ?? []);
  if (!settings.success) {
    const own = problemsOf(settings.error.issues, 'codeb');
    return { kind: 'refused', problems: [...own, ...problems, ...usedNameProblems(given.settings, projects, known)] };
  }
  const placed = place(settings.data, projects, known);
  const all = placed.placements.map((placement): Planned => ({
    placement,
    planned: onEngine(placement, planProject(placement)),
  }));
  problems.push(
    ...placed.problems,
    ...conflicts(all),
    ...all.flatMap(dockerProblems),
    ...previewProblems(settings.data),
    ...repositoryProblems(settings.data, projects),
    ...all.flatMap(isolation),
    ...all.flatMap(matrixProblems),
    ...wildcardProblems(settings.data),
  );
  if (problems.length > 0) return { kind: 'refused', problems };
  return {
    kind: 'ok',
    plan: assemble(settings.data, all, known),
  };
}

function parseProjects(given: readonly unknown[]): { projects: Project[]; problems: Problem[] } {
  const projects: Project[] = [];
  const problems: Problem[] = [];
  for (const [index, spec] of given.entries()) {
    const parsed = project.safeParse(spec);
    const name = nameIn(spec);
    if (!parsed.success) problems.push(...problemsOf(parsed.error.issues, `projects.${name ?? index}`));
    if (name !== undefined && given.findIndex((other) => nameIn(other) === name) < index) {
      problems.push({ path: `projects.${name}.name`, message: 'is the name of another project as well' });
    } else if (parsed.success) projects.push(parsed.data);
  }
  return { projects, problems };
}

function nameIn(spec: unknown): string | undefined {
  if (typeof spec !== 'object' || spec === null || !('name' in spec)) return undefined;
  return typeof spec.name === 'string' && spec.name !== '' ? spec.name : undefined;
}

/** Its data, its cap and its end are those of one pull request of one project. */
function previewProblems({ environment, projects }: Settings): Problem[] {
  if (environment !== 'preview') return [];
  if (!projects) return [{ path: 'codeb.projects', message: 'is missing: a preview is of one project' }];
  const count = Object.keys(projects).length;
  if (count <= 1) return [];
  return [{ path: 'codeb.projects', message: `a preview is of one project, and here it is of ${count}` }];
}

function wildcardProblems({ servers, cloudflare }: Settings): Problem[] {
  const holders = new Map<string, string>();
  return Object.entries(servers).flatMap(([name, server]) =>
    wildcardsOf(server).flatMap((wildcard, index): Problem[] => {
      const path = `codeb.servers.${name}.dns.wildcards.${index}`;
      const holder = holders.get(wildcard);
      if (holder !== undefined) return [{ path, message: `'${wildcard}' is a wildcard of '${holder}' already` }];
      holders.set(wildcard, name);
      const zones = { server, cloudflare };
      if (zoneOf(zones, wildcard.slice('*.'.length)) !== undefined) return [];
      return [{ path, message: `'${wildcard}' is outside every zone of the server (${zoneNames(zones)})` }];
    }),
  );
}

function wildcardsOf({ dns }: Server): string[] {
  return dns.backend === 'none' ? [] : dns.wildcards;
}

function assemble(settings: Settings, all: readonly Planned[], known: string[]): Plan {
  const projects = withPortsInTurn(all.map(({ planned }) => planned));
  const stage = stageOf(settings);
  const { cloudflare, protectData } = settings;
  const repository = settings.environment === 'production' ? settings.repository : undefined;
  const pods = projects.flatMap(({ name, pod }) => (pod ? [{ ...pod, project: name }] : []));
  const inUse = Object.entries(settings.servers).filter(([name]) => pods.some(({ server }) => server === name));
  return {
    stage,
    servers: Object.fromEntries(
      inUse.map(([name, server]) => [name, planServer({ stage, name, server, cloudflare, pods, protectData })]),
    ),
    ...(cloudflare && { cloudflare }),
    ...(repository && { checks: planChecks(repository) }),
    projects,
    warnings: all.flatMap(dockerWarnings),
    placements: all.map(({ placement }) => placement),
    known: { projects: known, servers: Object.keys(settings.servers) },
  };
}

function withPortsInTurn(projects: readonly PlannedProject[]): PlannedProject[] {
  const pods = projects.flatMap(({ pod }) => pod ?? []);
  return projects.map((one) => (one.pod ? { ...one, pod: inTurn(one.pod, pods) } : one));
}

interface ServerParts {
  stage: Stage;
  name: string;
  server: Server;
  cloudflare: Cloudflare | undefined;
  pods: (Pod & { project: string })[];
  protectData: boolean | undefined;
}

function planServer({ stage, name, server, cloudflare, pods, protectData }: ServerParts): PlannedServer {
  const sharing = pods.filter((pod) => pod.server === name && pod.shared);
  const shared = databaseKinds.filter((kind) => sharing.some((pod) => pod.shared?.kinds.includes(kind)));
  const [first] = sharing;
  return {
    settings: server,
    records: wildcardsOf(server).flatMap((wildcard) => recordsOf(server, cloudflare, wildcard)),
    ...(first && { shared: sharedPod({ stage, server: name, project: first.project, protectData }, shared) }),
  };
}
