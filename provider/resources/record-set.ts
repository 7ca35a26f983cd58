/** `RecordSet`: one DNS record set on the backend of its server. */
import { backendOf } from '../dns/backend-of.ts';
import { type RecordBackend, sameValues } from '../dns/backend.ts';
import type { Call, Resource } from '../resource.ts';
import { type RecordSetInputs, recordSet } from '../schema.ts';
import type { Session } from '../session.ts';

function recordsOf({ config }: Session): RecordBackend {
  if (!config.dns)
    throw new Error(`server ${config.connection.host} has no DNS backend: expected 'dns' in its settings`);
  return backendOf(config.dns);
}

async function create({ session, owner }: Call, inputs: RecordSetInputs) {
  const records = recordsOf(session);
  const found = await records.find(session, inputs);
  if (found && found.owner !== owner && !(found.owner === undefined && sameValues(found, inputs))) {
    const holder = found.owner === undefined ? 'was not made by codeb' : `belongs to the stack ${found.owner}`;
    throw new Error(
      `${inputs.type} ${inputs.name} exists already (${found.values.join(', ')}) and ${holder}; ` +
        'nothing was changed: remove it, or take it over with `pulumi import`',
    );
  }
  await records.put(session, inputs, owner);
  return {};
}

export const recordSetResource: Resource<RecordSetInputs> = {
  schema: recordSet,
  replaceOn: ['zone', 'name', 'type'],
  deleteBeforeReplace: false,
  id: ({ zone, name, type }) => `${zone}/${name}/${type}`,
  create,

  async update({ session, owner }, inputs) {
    await recordsOf(session).put(session, inputs, owner);
    return {};
  },

  preview: async () => ({}),

  async read({ session }, id, known) {
    const [zone = '', name = '', type = ''] = id.split('/');
    // The values are what is asked for; the schema, which checks a set as a whole, wants one.
    const key = known?.inputs ?? recordSet.parse({ zone, name, type, values: ['-'] });
    const found = await recordsOf(session).find(session, key);
    if (!found) return undefined;
    const { ttl, values } = found;
    // The order of values means nothing in DNS; ours is kept where the sets are the same.
    const same = known && sameValues(found, known.inputs);
    return { inputs: { ...key, ttl, values: same ? known.inputs.values : values }, outputs: {} };
  },

  /** A set that another stack has made meanwhile is that stack's. */
  async delete({ session, owner }, inputs) {
    const records = recordsOf(session);
    const found = await records.find(session, inputs);
    if (found && (found.owner === undefined || found.owner === owner)) await records.remove(session, inputs);
  },
};
