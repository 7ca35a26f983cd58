/** Replicas of an app on Docker: each is replaced once the one before answers (components/docker-pod.ts). */
import { isDeepStrictEqual } from 'node:util';
import { containerType } from '../../policy/docker.ts';
import { isApp, shownContainer } from './container-risks.ts';
import { partsOf, type Step } from './preview.ts';

const networkType = 'docker:index/network:Network';

/** URNs of containers beside which another one of their app answers. */
export function replicasIn(steps: readonly Step[]): ReadonlySet<string> {
  const networks = steps.filter((step) => isOf(networkType, step));
  const containers = steps.filter((step) => isOf(containerType, step));
  // A network goes after all that is in it.
  const together = networks.flatMap(({ op, oldState }) => (op === 'replace' ? [oldState?.parent] : []));
  const answering = containers.flatMap(({ urn, oldState, newState }) => {
    if (!oldState || together.includes(oldState.parent)) return [];
    const shown = shownContainer(oldState.inputs);
    // Caddy learns of another port when all of them are replaced.
    const isMoved = newState !== undefined && !isDeepStrictEqual(shown.ports, shownContainer(newState.inputs).ports);
    if (isMoved || !isApp(shown)) return [];
    const label = (name: string) => shown.labels.find((one) => one.label === name)?.value;
    const service = label('codeb.purpose')?.replace(/-\d+$/, '');
    return [{ urn, app: [oldState.parent, label('codeb.image'), service].join(' ') }];
  });
  const apps = [...Map.groupBy(answering, ({ app }) => app).values()];
  return new Set(apps.flatMap((replicas) => (replicas.length > 1 ? replicas.map(({ urn }) => urn) : [])));
}

/** Of what was there; the halves of a replacement are in the whole. */
const ops = ['same', 'update', 'replace', 'delete'];

function isOf(type: string, { op, urn }: Step): boolean {
  return partsOf(urn).type === type && ops.includes(op);
}
