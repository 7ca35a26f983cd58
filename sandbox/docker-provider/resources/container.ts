import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { changedKeys } from '../../../provider/diff.ts';
import { type Properties, unknown } from '../../../provider/property-values.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { Connection } from '../connection.ts';
import { containerBody, endpoint, limits } from '../container-body.ts';
import { changeable, type ContainerInputs, containerInputs, containerSettings } from '../container-inputs.ts';
import {
  importedInputs,
  type Inspected,
  inspected,
  isImage,
  liveInputs,
  mustRun,
  outputsOf,
} from '../container-state.ts';
import { type EngineApi, EngineError } from '../engine-api.ts';
import { lastWords, logsOf } from '../logs.ts';
import { keepsName, named } from '../names.ts';
import { changedSettings } from '../settings.ts';
import { uploadFiles } from '../uploads.ts';
import { pullMissing } from './remote-image.ts';

/** Milliseconds between two looks at a container's health. */
const pause = 250;

export const container: StandInResource<Connection> = {
  replaceOn: [],
  changed: (before, after) => changedSettings(containerSettings, before, after),
  deleteBeforeReplace: keepsName,
  complete: named,

  check: (inputs) =>
    Object.keys(inputs)
      .filter((name) => !(name in containerInputs.shape) && inputs[name] !== unknown)
      .map((property) => ({ property, reason: 'is not done by the stand-in: it needs the official plugin' })),

  async create({ client }, given) {
    const { api } = client;
    const inputs = containerInputs.parse(given);
    await pullMissing(client, inputs.image, undefined);
    const body = containerBody(inputs);
    const request = { method: 'POST', path: '/containers/create', query: { name: inputs.name }, body } as const;
    const { Id: id } = await api.ask(request, z.object({ Id: z.string() }));
    try {
      for (const network of inputs.networksAdvanced?.slice(1) ?? []) {
        const joins = { Container: id, EndpointConfig: endpoint(network) };
        await api.bytes({ method: 'POST', path: `/networks/${network.name}/connect`, body: joins });
      }
      await uploadFiles(api, id, inputs.uploads ?? []);
      const log = inputs.start ? await begin(api, id, inputs) : {};
      return { id, outputs: { ...outputsOf(await look(api, id)), ...log } };
    } catch (error) {
      const said = await lastWords(api, id);
      await removeContainer(api, id, true);
      const reason = error instanceof Error ? error.message : String(error);
      const words = said === '' ? 'it wrote nothing' : `its last words:\n${said}`;
      throw new Error(`container ${inputs.name}: ${reason}; it was removed again; ${words}`, { cause: error });
    }
  },

  async read({ client: { api } }, id, known) {
    const found = await api.find({ method: 'GET', path: `/containers/${id}/json` }, inspected);
    if (!found) return undefined;
    const outputs = outputsOf(found);
    if (!known) return { id: found.Id, inputs: importedInputs(found), outputs };
    const inputs = { ...known.inputs, ...driftOf(found, known.inputs) };
    const { containerLogs = '' } = known.outputs;
    return { id: found.Id, inputs, outputs: { ...inputs, ...outputs, ...(containerLogs !== '' && { containerLogs }) } };
  },

  async update({ client: { api }, warn }, id, given, known) {
    const inputs = containerInputs.parse(given);
    const changed = changedKeys(known.inputs, given);
    const staying = changed.filter((name) => !changeable.includes(name));
    if (staying.length > 0) warn(`${staying.join(', ')} of a container that is there stay as they were`);
    const before = containerInputs.parse(known.inputs);
    if (JSON.stringify(limits(before)) !== JSON.stringify(limits(inputs))) {
      await api.bytes({ method: 'POST', path: `/containers/${id}/update`, body: limits(inputs) });
    }
    const { State } = await look(api, id);
    const log = inputs.start && inputs.mustRun && !State.Running ? await begin(api, id, inputs) : {};
    return { ...outputsOf(await look(api, id)), ...log };
  },

  async delete({ client: { api } }, id, { inputs: given }) {
    const { destroyGraceSeconds, removeVolumes } = containerInputs.parse(given);
    const query = { t: String(destroyGraceSeconds) };
    await ignoringGone(api.bytes({ method: 'POST', path: `/containers/${id}/stop`, query }));
    await removeContainer(api, id, removeVolumes);
  },
};

const look = (api: EngineApi, id: string): Promise<Inspected> =>
  api.ask({ method: 'GET', path: `/containers/${id}/json` }, inspected);

/** Starts it, and waits for what it is to be waited for. */
async function begin(api: EngineApi, id: string, inputs: ContainerInputs): Promise<Properties> {
  await api.bytes({ method: 'POST', path: `/containers/${id}/start` });
  if (inputs.wait) await becomesHealthy(api, id, inputs.waitTimeout);
  if (!inputs.attach) return {};
  const ended = z.object({ StatusCode: z.number() });
  const { StatusCode: exitCode } = await api.ask({ method: 'POST', path: `/containers/${id}/wait` }, ended);
  return { exitCode, ...(inputs.logs && { containerLogs: await logsOf(api, id, inputs.tty ?? false) }) };
}

/** @param timeout seconds */
async function becomesHealthy(api: EngineApi, id: string, timeout: number): Promise<void> {
  for (const end = Date.now() + timeout * 1000; ; await delay(pause)) {
    const { State } = await look(api, id);
    if (State.Health?.Status === 'healthy') return;
    if (!State.Running) throw new Error(`it ended with exit code ${State.ExitCode} before it was healthy`);
    if (!State.Health) throw new Error('wait is set, and there is no healthcheck to wait for');
    if (Date.now() > end) throw new Error(`it was not healthy within ${timeout} s: ${State.Health.Status}`);
  }
}

/** Inputs that are no longer so; what the program does not give is no drift, except that it has to run. */
function driftOf(found: Inspected, inputs: Properties): Properties {
  const live = Object.entries(liveInputs(found)).filter(([name]) => name in inputs);
  const image = isImage(String(inputs.image), found) ? { image: inputs.image ?? '' } : {};
  const runs = mustRun(found, containerInputs.parse(inputs));
  return { ...Object.fromEntries(live), ...image, ...((!runs || 'mustRun' in inputs) && { mustRun: runs }) };
}

async function removeContainer(api: EngineApi, id: string, removeVolumes: boolean): Promise<void> {
  const query = { force: 'true', v: String(removeVolumes) };
  await ignoringGone(api.bytes({ method: 'DELETE', path: `/containers/${id}`, query }));
}

/** 304: it has ended already; 404: it is gone. */
async function ignoringGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 404) throw error;
  }
}
