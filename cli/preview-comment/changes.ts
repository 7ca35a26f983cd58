/** What a preview would change, grouped by hosted project and ordered by risk. */
import type { Difference } from '../compared.ts';
import { differencesOf } from './differences.ts';
import { partsOf, type PreviewDigest, type Step } from './preview.ts';
import { replicasIn } from './replicas.ts';
import { type Action, type Risk, riskKinds, risksOf } from './risks.ts';

export interface Change {
  readonly action: Action;
  /** Without its package: `Workload`. */
  readonly type: string;
  readonly name: string;
  readonly risks: readonly Risk[];
  readonly differences: readonly Difference[];
}

export interface ProjectChanges {
  /** Name of the `codeb:index:Project`; `platform` for all that belongs to none. */
  readonly project: string;
  readonly changes: readonly Change[];
}

const platform = 'platform';
const projectType = 'codeb:index:Project';
const workloadType = 'codeb:index:Workload';

/** What the engine calls a step that changes something; the halves of a replacement are in the whole. */
const actions = new Map<string, Action>([
  ['create', 'created'],
  ['update', 'changed'],
  ['replace', 'replaced'],
  ['delete', 'deleted'],
  ['import', 'imported'],
]);

export function changesOf({ steps }: PreviewDigest): ProjectChanges[] {
  const states = new Map(steps.map((step) => [step.urn, step]));
  const replicas = replicasIn(steps);
  const found = steps.flatMap((step) => {
    const change = changeOf(step, replicas.has(step.urn));
    return change ? [{ project: projectOf(step, states), change }] : [];
  });
  const groups = [...Map.groupBy(found, ({ project }) => project)].map(([project, members]) => ({
    project,
    changes: members.map(({ change }) => change).sort((one, other) => rank(one) - rank(other)),
  }));
  return groups.sort((one, other) => worst(one) - worst(other) || one.project.localeCompare(other.project));
}

/** The stack's own step tells of its outputs alone. */
function changeOf(step: Step, hasReplicas: boolean): Change | undefined {
  const { type, name } = partsOf(step.urn);
  const action = actions.get(step.op);
  if (action === undefined || type === 'pulumi:pulumi:Stack') return undefined;
  const differences = action === 'deleted' ? [] : differencesOf(step).filter((one) => !isFilledIn(type, one));
  const risks = risksOf(action, step, { differences, hasReplicas });
  return { action, type: type.split(':').at(-1) ?? '', name, differences, risks };
}

/** The state that the provider writes down for each unit that comes or goes says nothing of its own. */
function isFilledIn(type: string, { path, before, after }: Difference): boolean {
  return type === workloadType && path.startsWith('status[') && (before === undefined || after === undefined);
}

/** Up through the parents. Steps that change nothing may be left out of a preview: a name tells then. */
function projectOf(step: Step, states: ReadonlyMap<string, Step>): string {
  for (let urn: string | undefined = step.urn; urn !== undefined;) {
    const { type, name } = partsOf(urn);
    if (type === projectType) return name;
    const known: Step | undefined = states.get(urn);
    urn = (known?.newState ?? known?.oldState)?.parent;
  }
  const { types, name } = partsOf(step.urn);
  if (!types.includes(projectType)) return platform;
  const projects = [...states.values()].flatMap(({ newState, oldState }) => (newState ?? oldState)?.parent ?? []);
  const names = projects.map(partsOf).flatMap((parts) => (parts.type === projectType ? [parts.name] : []));
  const fitting = names.filter((one) => name === one || name.startsWith(`${one}-`) || name.startsWith(`${one}/`));
  return fitting.sort((one, other) => other.length - one.length)[0] ?? platform;
}

const order: readonly Action[] = ['created', 'deleted', 'changed', 'imported'];

function rank({ action, risks }: Change): number {
  const first = Math.min(...risks.map(({ kind }) => riskKinds.indexOf(kind)));
  return Number.isFinite(first) ? first : riskKinds.length + order.indexOf(action);
}

function worst({ changes }: ProjectChanges): number {
  return Math.min(...changes.map(rank));
}
