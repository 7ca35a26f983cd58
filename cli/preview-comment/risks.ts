/** What a change risks, by what it changes. */
import { z } from 'zod';
import { isDatabase } from '../../policy/database.ts';
import type { Difference } from '../compared.ts';
import { partsOf, type Step } from './preview.ts';
import { goneEffects, updateEffects } from './workload-effects.ts';

/** From the worst: the order in which a reader has to know of them. */
export const riskKinds = ['data', 'replace', 'downtime', 'restart', 'stop', 'site', 'dns', 'ports'] as const;

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

const container = z.object({ image: z.string() });

export function risksOf(action: Action, step: Step, differences: readonly Difference[]): Risk[] {
  const type = partsOf(step.urn).types.at(-1) ?? '';
  const own = ofType.get(type);
  return [
    ...(action === 'replaced' || action === 'deleted' ? dataIn(type, step) : []),
    ...(action === 'replaced' ? [{ kind: 'replace', names: [] } as const] : []),
    ...(type === 'codeb:index:Workload' ? workloadRisks(action, step, differences) : []),
    ...(own ? [{ kind: own, names: [] }] : []),
  ];
}

/** Of a bucket, a password, a database's container, and whatever somebody has protected. */
function dataIn(type: string, { oldState }: Step): Risk[] {
  const image = container.safeParse(oldState?.inputs).data?.image ?? '';
  const isData = dataTypes.includes(type) || oldState?.protect === true || isDatabase(image);
  return isData ? [{ kind: 'data', names: [] }] : [];
}

function workloadRisks(action: Action, { oldState, newState }: Step, differences: readonly Difference[]): Risk[] {
  if (!oldState || action === 'imported') return [];
  const isGoing = action === 'replaced' || action === 'deleted' || !newState;
  const effects = isGoing ? goneEffects(oldState.inputs) : updateEffects(oldState.inputs, newState.inputs, differences);
  if (!effects) return [{ kind: 'restart', names: [] }];
  const { lostDatabases, downtime, restarts, stops } = effects;
  const all: Risk[] = [
    { kind: 'data', names: lostDatabases },
    { kind: 'downtime', names: downtime },
    { kind: 'restart', names: restarts },
    { kind: 'stop', names: stops },
  ];
  return all.filter(({ names }) => names.length > 0);
}
