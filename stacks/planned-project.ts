/** What one project becomes in a stage of a stack. */
import { toldToSites } from './chats-only.ts';
import type { Bucket } from './cloudflare.ts';
import { type EnvironmentName, environments } from './environments.ts';
import type { PlannedExternal } from './external.ts';
import { type PlannedGithub, planGithub } from './github.ts';
import { type Stage, slugOf } from './names.ts';
import type { Placement } from './placement.ts';
import { onDeleteOf, planPod } from './planned-pod.ts';
import { addressed, ownName } from './planned-services.ts';
import { type PlannedSite, plannedSites } from './planned-sites.ts';
import type { Pod } from './pod.ts';
import type { Project } from './project.ts';
import { type RecordRequest, recordsOf } from './records.ts';
import { type PlannedVariable, refersToAddress, variablesIn } from './variables.ts';

export interface PlannedBucket extends Omit<Bucket, 'corsOrigins'> {
  name: string;
  corsOrigins: string[];
}

export interface PlannedProject {
  /** The project's name in every environment. */
  name: string;
  stage: Stage;
  slug: string;
  type?: string;
  repository?: string;
  /** Where it is visited. */
  url: string;
  /** What runs on a server. */
  pod?: Pod;
  /** The role and database in the shared instance. */
  sharedDatabase?: string;
  /** Names that lead to the server. */
  records: RecordRequest[];
  sites: PlannedSite[];
  /** Name of the API token that the stack makes to deploy them. */
  siteToken?: string;
  bucket?: PlannedBucket;
  github?: PlannedGithub;
  externals: PlannedExternal[];
  /** The matrix as this stage has it. */
  variables: PlannedVariable[];
  /** Plain variables of the matrix for previews of its sites on Pages. */
  previewVariables: PlannedVariable[];
  switches: Record<string, boolean>;
  onDelete: 'keep' | 'archive' | 'remove';
  /** Whether Pulumi refuses to delete what holds data. */
  protectData: boolean;
}

/** A project where it goes, and what it becomes there. */
export interface Planned {
  placement: Placement;
  planned: PlannedProject;
}

export function planProject(placement: Placement): PlannedProject {
  return placement.only === 'chats' ? planChats(placement) : planWhole(placement);
}

function planWhole(placement: Placement): PlannedProject {
  const { project, stage, server, cloudflare } = placement;
  const { environment } = stage;
  const slug = slugOf(project.name, stage);
  const variables = addressed(placement, variablesIn(project.variables, environment));
  const pod = server && planPod({ ...placement, server }, variables);
  const sites = plannedSites(placement);
  const domains = [...(pod?.apps ?? []), ...sites].flatMap((part) => part.domains);
  const { postgres } = project.services;
  return {
    ...common(placement, domains),
    ...(pod && { pod }),
    ...(postgres?.kind === 'shared' && { sharedDatabase: postgres.database ?? project.name }),
    records: server && pod ? podDomains(pod).flatMap((name) => recordsOf(server.settings, cloudflare, name)) : [],
    sites,
    previewVariables: variablesOfPreviews(project, sites),
    ...(sites.length > 0 && { siteToken: `${slug}-sites` }),
    ...(project.bucket && { bucket: plannedBucket(project.bucket, slug, domains) }),
    ...(project.github && project.repository && { github: planGithub(project.repository, project.github, stage) }),
    externals: externalsIn(project, environment),
    variables,
    switches: { ...switchesIn(project, environment), ...placement.switches },
  };
}

/**
 * Sites of chats and what they are told. No token is made for them: what deploys the stack may write Pages, and a token
 * that makes tokens could do anything; of a hundred stacks each would have one, and a user may have 50
 * (https://developers.cloudflare.com/fundamentals/api/reference/limits/).
 */
function planChats(placement: Placement): PlannedProject {
  const { project, stage } = placement;
  const sites = plannedSites(placement);
  return {
    ...common(
      placement,
      sites.flatMap(({ domains }) => domains),
    ),
    records: [],
    sites,
    previewVariables: variablesOfPreviews(project, sites),
    externals: [],
    variables: toldToSites(addressed(placement, variablesIn(project.variables, stage.environment))),
    switches: {},
  };
}

function common(placement: Placement, [domain = ownName(placement)]: readonly string[]) {
  const { project, stage } = placement;
  return {
    name: project.name,
    stage,
    slug: slugOf(project.name, stage),
    ...(project.type !== undefined && { type: project.type }),
    ...(project.repository !== undefined && { repository: project.repository }),
    url: `https://${domain}`,
    onDelete: onDeleteOf(placement),
    protectData: placement.protectData ?? environments[stage.environment].protectData,
  };
}

/** Its own addresses a preview on Pages learns from Cloudflare alone, in `CF_PAGES_URL`. */
function variablesOfPreviews({ variables }: Project, sites: readonly PlannedSite[]): PlannedVariable[] {
  if (!sites.some(({ branches }) => branches === 'previews')) return [];
  return variablesIn(variables, 'preview').filter(
    (variable) => variable.stores.includes('pages') && variable.kind !== 'secret' && !refersToAddress(variable.value),
  );
}

export function podDomains({ apps }: Pick<Pod, 'apps'>): string[] {
  return apps.flatMap(({ domains }) => domains);
}

function plannedBucket({ corsOrigins, ...rest }: Bucket, name: string, domains: string[]): PlannedBucket {
  return {
    ...rest,
    name,
    corsOrigins: [...new Set([...domains.map((domain) => `https://${domain}`), ...corsOrigins])],
  };
}

function externalsIn({ externals }: Project, environment: EnvironmentName): PlannedExternal[] {
  return Object.entries(externals).flatMap(([name, { kind, environments: all, variables }]) => {
    const here = all[environment];
    if (!here) return [];
    const { host, health } = here;
    return [{ name, kind, host, variables, ...(health !== undefined && { health: `https://${host}${health}` }) }];
  });
}

function switchesIn({ switches }: Project, environment: EnvironmentName): Record<string, boolean> {
  return Object.fromEntries(
    Object.entries(switches).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? value : (value[environment] ?? false),
    ]),
  );
}
