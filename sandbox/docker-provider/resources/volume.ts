import { z } from 'zod';
import { type Properties, unknown } from '../../../provider/property-values.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { Connection } from '../connection.ts';
import { keepsName, labelMap, named } from '../names.ts';
import { changedSettings } from '../settings.ts';

const text = z.string();
const map = z.record(text, text);

const volumeInputs = z.object({
  name: text,
  driver: text.optional(),
  driverOpts: map.optional(),
  labels: z.array(z.object({ label: text, value: text })).optional(),
});

const shown = z.object({ Name: text, Driver: text, Mountpoint: text, Labels: map.nullish(), Options: map.nullish() });

export const volume: StandInResource<Connection> = {
  replaceOn: [],
  changed: (before, after) => changedSettings({ defaults: {}, kept: ['driver'], sets: ['labels'] }, before, after),
  deleteBeforeReplace: keepsName,
  complete: named,

  check: ({ cluster }) =>
    cluster === undefined || cluster === unknown
      ? []
      : [{ property: 'cluster', reason: 'is not done by the stand-in: it needs the official plugin' }],

  /** A volume that is there already under this name is taken as it is: so the engine has it. */
  async create({ client: { api } }, given) {
    const { name, driver, driverOpts, labels } = volumeInputs.parse(given);
    const body = { Name: name, Driver: driver, DriverOpts: driverOpts, Labels: labels && labelMap(labels) };
    const made = await api.ask({ method: 'POST', path: '/volumes/create', body }, shown);
    return { id: made.Name, outputs: outputsOf(made) };
  },

  async read({ client: { api } }, id, known) {
    const found = await api.find({ method: 'GET', path: `/volumes/${id}` }, shown);
    if (!found) return undefined;
    const labels = Object.entries(found.Labels ?? {}).map(([label, value]) => ({ label, value }));
    const options = found.Options ?? {};
    const inputs = {
      ...known?.inputs,
      name: found.Name,
      ...((!known || 'driver' in known.inputs) && { driver: found.Driver }),
      ...(Object.keys(options).length > 0 && { driverOpts: options }),
      ...(labels.length > 0 && { labels }),
    };
    return { id: found.Name, inputs, outputs: { ...inputs, ...outputsOf(found) } };
  },

  async update() {
    throw new Error('a volume that is there cannot be changed');
  },

  async delete({ client: { api } }, id) {
    await api.find({ method: 'DELETE', path: `/volumes/${id}` }, z.unknown());
  },
};

function outputsOf({ Name, Driver, Mountpoint }: z.output<typeof shown>): Properties {
  return { name: Name, driver: Driver, mountpoint: Mountpoint };
}
