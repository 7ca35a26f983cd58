/** `RecordSet`: one DNS record set on the backend of its server. */
import { backendOf } from '../dns/backend-of.ts';
import { type FoundRecords, type RecordBackend, sameValues } from '../dns/backend.ts';
import { messageOf, Unreachable } from '../operation-error.ts';
import { hasUnknown } from '../property-values.ts';
import type { Resource } from '../resource.ts';
import { type RecordSetInputs, recordSet } from '../schema.ts';
import type { Session } from '../session.ts';

function recordsOf({ config }: Session): RecordBackend {
  if (!config.dns)
    throw new Error(`server ${config.connection.host} has no DNS backend: expected 'dns' in its settings`);
  return backendOf(config.dns);
}

function refuseOther(inputs: RecordSetInputs, found: FoundRecords | undefined, owner: string): void {
  if (!found || found.owner === owner || (found.owner === undefined && sameValues(found, inputs))) return;
  const holder = found.owner === undefined ? 'was not made by codeb' : `belongs to the stack ${found.owner}`;
  throw new Error(
    `${inputs.type} ${inputs.name} exists already (${found.values.join(', ')}) and ${holder}; ` +
      'nothing was changed: remove it, or take it over with `pulumi import`',
  );
}

export const recordSetResource: Resource<RecordSetInputs> = {
  schema: recordSet,
  replaceOn: ['zone', 'name', 'type'],
  deleteBeforeReplace: false,
  id: ({ zone, name, type }) => `${zone}/${name}/${type}`,

  async create({ session, owner }, inputs) {
    const records = recordsOf(session);
    refuseOther(inputs, await records.find(session, inputs), owner);
    await records.put(session, inputs, owner);
    return {};
  },

  async update({ session, owner }, inputs) {
    await recordsOf(session).put(session, inputs, owner);
    return {};
  },

  async preview({ session, owner }, inputs, before) {
    if (before !== undefined || hasUnknown(inputs)) return {};
    // The name server or the zone may come with this very update.
    const found = await recordsOf(session)
      .find(session, inputs)
      .catch((error: unknown) => {
        throw new Unreachable(messageOf(error));
      });
    refuseOther(inputs, found, owner);
    return {};
  },

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
