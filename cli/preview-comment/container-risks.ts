/** What a change of a container of Docker does to what runs: components/docker-container.ts has its inputs. */
import { z } from 'zod';
import { databaseMarks, holdsDatabase, keptData } from '../../policy/docker.ts';
import { type Inputs, partsOf, type Step } from './preview.ts';
import type { Action, Risk } from './risks.ts';

const { image, labels, mounts, volumes } = databaseMarks.shape;

/** The engine writes a text in the place of what is secret or not known yet. */
const container = z.object({
  image: image.catch(undefined),
  labels: labels.catch([]),
  mounts: mounts.catch([]),
  volumes: volumes.catch([]),
  ports: z.array(z.unknown()).catch([]),
});

export type ShownContainer = z.output<typeof container>;

export function shownContainer(inputs: Inputs): ShownContainer {
  return container.parse(inputs);
}

/** Whether Caddy leads to it. */
export function isApp(shown: ShownContainer): boolean {
  return shown.ports.length > 0 && !holdsDatabase(shown);
}

/** Whether a database goes with its data, or starts from another folder than before. */
export function losesData({ oldState, newState }: Step): boolean {
  const before = shownContainer(oldState?.inputs ?? {});
  if (!holdsDatabase(before)) return false;
  const kept = keptData(before);
  return kept === undefined || (newState !== undefined && keptData(shownContainer(newState.inputs)) !== kept);
}

/**
 * The old container goes before the new one comes.
 *
 * @param hasReplicas whether another replica of its app answers meanwhile
 */
export function containerRisks(action: Action, { urn, oldState }: Step, hasReplicas: boolean): Risk[] {
  if (!oldState || (action !== 'replaced' && action !== 'deleted')) return [];
  const names = [partsOf(urn).name];
  if (action === 'deleted') return [{ kind: 'stop', names }];
  if (hasReplicas) return [{ kind: 'restart', names }];
  const isTriedAgain = isApp(shownContainer(oldState.inputs));
  return [{ kind: 'downtime', names }, ...(isTriedAgain ? [{ kind: 'retries', names } as const] : [])];
}
