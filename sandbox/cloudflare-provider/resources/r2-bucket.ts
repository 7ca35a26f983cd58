import type { Properties } from '../../../provider/property-values.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { CloudflareApi } from '../api.ts';
import { oneOf, required, text } from '../../contract/inputs.ts';
import { importParts, isMadeSince, Kind, remove, shown } from '../kind.ts';

const kind = new Kind('cloudflare:index/r2Bucket:R2Bucket', { jurisdiction: 'default', storageClass: 'Standard' });

export const jurisdictions = ['default', 'eu', 'fedramp'];
const locations = ['apac', 'eeur', 'enam', 'weur', 'wnam', 'oc'];

const path = (inputs: Properties) => `/accounts/${text(inputs, 'accountId')}/r2/buckets`;

export const inJurisdiction = ({ jurisdiction }: Properties): Record<string, string> => ({
  'cf-r2-jurisdiction': typeof jurisdiction === 'string' ? jurisdiction : 'default',
});

export const r2Bucket: StandInResource<CloudflareApi> = {
  ...kind.usual,
  replaceOn: ['accountId', 'name'],

  /** A bucket stays where it is; the official plugin overlooks another location. */
  changed: (before, after) => kind.usual.changed(before, after).filter((key) => key !== 'location'),

  check: (inputs) => [
    ...required(inputs, 'accountId'),
    ...oneOf('location', inputs.location, locations),
    ...oneOf('jurisdiction', inputs.jurisdiction, jurisdictions),
    ...oneOf('storageClass', inputs.storageClass, ['Standard', 'InfrequentAccess']),
  ],

  async create({ client }, inputs) {
    const { location, storageClass } = inputs;
    const name = text(inputs, 'name');
    const headers = inJurisdiction(inputs);
    const locationHint = typeof location === 'string' ? location.toLowerCase() : undefined;
    const request = {
      method: 'POST',
      path: path(inputs),
      headers,
      body: { name, locationHint, storageClass },
    } as const;
    const made = await client.make(request, shown, async (since) => {
      const found = await client.find({ method: 'GET', path: `${path(inputs)}/${name}`, headers }, shown);
      return found && isMadeSince(found.creation_date, since) ? found : undefined;
    });
    return { id: name, outputs: outputsOf(made, inputs) };
  },

  async read({ client }, id, known) {
    const state = { ...known?.outputs, ...known?.inputs };
    const [accountId = '', name = '', jurisdiction = ''] = known
      ? [text(state, 'accountId'), id, inJurisdiction(state)['cf-r2-jurisdiction']]
      : importParts(id, 'account_id', 'bucket_name', 'jurisdiction');
    const headers = inJurisdiction({ jurisdiction });
    const live = await client.find({ method: 'GET', path: `${path({ accountId })}/${name}`, headers }, shown);
    if (!live) return undefined;
    const outputs = outputsOf(live, { ...state, accountId });
    return { id: name, inputs: kind.inputs(outputs, known?.inputs), outputs };
  },

  async update({ client }, id, inputs) {
    const { storageClass = 'Standard' } = inputs;
    const headers = { ...inJurisdiction(inputs), 'cf-r2-storage-class': String(storageClass) };
    return outputsOf(await client.ask({ method: 'PATCH', path: `${path(inputs)}/${id}`, headers }, shown), inputs);
  },

  delete: ({ client }, id, { outputs }) => remove(client, `${path(outputs)}/${id}`, inJurisdiction(outputs)),
};

/** The API writes a location in capitals, and takes it in any letters. */
function outputsOf(live: Properties, given: Properties): Properties {
  const location = String(live.location ?? '').toLowerCase();
  const isSame = typeof given.location === 'string' && given.location.toLowerCase() === location;
  const outputs = kind.fromApi(live);
  return { ...outputs, location: isSame ? text(given, 'location') : location, accountId: text(given, 'accountId') };
}
