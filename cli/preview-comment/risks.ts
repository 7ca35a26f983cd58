/** What a change risks, by what it changes. */
import { containerType } from '../../policy/docker.ts';
import type { Difference } from '../compared.ts';
import { containerRisks, losesData } from './container-risks.ts';
import { partsOf, type Step } from './preview.ts';
import { goneEffects, updateEffects } from './workload-effects.ts';

/** From the worst: the order in which a reader has to know of them. */
export const riskKinds = [
  'data',
  'replace',
  'downtime',
  'database',
  'restart',
  'stop',
  'retries',
  'site',
  'dns',
  'ports',
] as const;

export interface Risk {
  readonly kind: (typeof riskKinds)[number];
  /** What it is about, where that is not the resource itself. */
  readonly names: readonly string[];
}

export type Action = 'created' | 'changed' | 'replaced' | 'deleted' | 'imported';

const ofType = new Map<string, Risk['kind']>([
  ['codeb:index:CaddySite', 'site'],
  ['cloudflare:index/pagesDomain:PagesDomain', 'site'],
  ['cloudflare:index/pagesProject:PagesProject', 'site'],
  ['codeb:index:RecordSet', 'dns'],
  ['cloudflare:index/dnsRecord:DnsRecord', 'dns'],
  ['codeb:index:PortLease', 'ports'],
]);

/** What holds data, or is the key to it. */
const dataTypes = ['cloudflare:index/r2Bucket:R2Bucket', 'codeb:index:Password', 'docker:index/volume:Volume'];

/** @param hasReplicas whether another replica of its app answers meanwhile */
export function risksOf(
  action: Action,
  step: Step,
  { differences, hasReplicas }: { differences: readonly Difference[]; hasReplicas: boolean },
): Risk[] {
  const { type } = partsOf(step.urn);
  const own = ofType.get(type);
  const inside = type === 'codeb:index:Workload' ? workloadRisks(action, step, differences) : [];
  const isTold = inside.some(({ kind }) => kind === 'data');
  return [
    ...((action === 'replaced' || action === 'deleted') && !isTold ? dataIn(type, step) : []),
    ...(action === 'replaced' ? [{ kind: 'replace', names: [] } as const] : []),
    ...inside,
    ...(type === containerType ? containerRisks(action, step, hasReplicas) : []),
    ...(own ? [{ kind: own, names: [] }] : []),
  ];
}

/** Of a bucket, a password, a container that keeps its data inside, and whatever somebody has protected. */
function dataIn(type: string, step: Step): Risk[] {
  const isLost = type === containerType && losesData(step);
  const isData = dataTypes.includes(type) || step.oldState?.protect === true || isLost;
  return isData ? [{ kind: 'data', names: [] }] : [];
}

function workloadRisks(action: Action, { oldState, newState }: Step, differences: readonly Difference[]): Risk[] {
  if (!oldState || action === 'imported') return [];
  const isGoing = action === 'replaced' || action === 'deleted' || !newState;
  const effects = isGoing ? goneEffects(oldState.inputs) : updateEffects(oldState.inputs, newState.inputs, differences);
  if (!effects) return [{ kind: 'restart', names: [] }];
  const { lostDatabases, downtime, databaseRestarts, restarts, stops } = effects;
  const all: Risk[] = [
    { kind: 'data', names: lostDatabases },
    { kind: 'downtime', names: downtime },
    { kind: 'database', names: databaseRestarts },
    { kind: 'restart', names: restarts },
    { kind: 'stop', names: stops },
  ];
  return all.filter(({ names }) => names.length > 0);
}
