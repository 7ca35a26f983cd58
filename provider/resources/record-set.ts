/** `RecordSet`: one DNS record set on the backend of its server. */
import { z } from 'zod';
import { backendOf } from '../dns/backend-of.ts';
import type { FoundRecords, RecordBackend } from '../dns/backend.ts';
import { changeSet } from '../dns/change.ts';
import { sameValues } from '../dns/values.ts';
import { messageOf, Unreachable } from '../operation-error.ts';
import { hasUnknown, plainProperties, type Properties } from '../property-values.ts';
import type { Call, Resource } from '../resource.ts';
import { type RecordSetInputs, recordSet } from '../schema.ts';
import type { Session } from '../session.ts';

/** The stack that an imported set belonged to: the import alone makes this stack its owner, and the first update says so. */
const imported = z.object({ takenFrom: z.string().optional() });

function recordsOf({ config }: Session): RecordBackend {
  if (!config.dns)
    throw new Error(`server ${config.connection.host} has no DNS backend: expected 'dns' in its settings`);
  return backendOf(config.dns);
}

/** Whose notes on the server are this stack's own. */
function ownersOf(owner: string, outputs: Properties): (string | undefined)[] {
  return [owner, imported.parse(plainProperties(outputs)).takenFrom];
}

type Refuse = (found: FoundRecords | undefined) => void;

function refusal({ type, name }: RecordSetInputs, { values, owner }: FoundRecords, ways: string): Error {
  const holder = owner === undefined ? 'was not made by codeb' : `belongs to the stack ${owner}`;
  const there = values.join(', ') || 'disabled';
  return new Error(`${type} ${name} exists already (${there}) and ${holder}; nothing was changed: ${ways}`);
}

/** What a new one is not made over: another stack's, and one with other values that nobody's note tells of. */
function refuseOther(inputs: RecordSetInputs, owner: string): Refuse {
  return (found) => {
    if (!found || found.owner === owner) return;
    if (found.owner === undefined && sameValues(inputs.type, found.values, inputs.values)) return;
    throw refusal(inputs, found, 'remove it, or take it over with `pulumi import`');
  };
}

/** A set that this stack has is put right, unless another stack has made it anew meanwhile. */
function refuseOtherStack(inputs: RecordSetInputs, owners: (string | undefined)[]): Refuse {
  return (found) => {
    if (found?.owner === undefined || owners.includes(found.owner)) return;
    throw refusal(inputs, found, 'remove it there, or take it over with `pulumi state delete` and `pulumi import`');
  };
}

async function put({ session, owner }: Call, inputs: RecordSetInputs, refuse: Refuse): Promise<void> {
  await changeSet(recordsOf(session), session, inputs, (look) => {
    refuse(look.found);
    return look.put(inputs, owner);
  });
}

export const recordSetResource: Resource<RecordSetInputs> = {
  schema: recordSet,
  replaceOn: ['zone', 'name', 'type'],
  deleteBeforeReplace: false,
  id: ({ zone, name, type }) => `${zone}/${name}/${type}`,

  async create(call, inputs) {
    await put(call, inputs, refuseOther(inputs, call.owner));
    return {};
  },

  async update(call, inputs, outputs) {
    await put(call, inputs, refuseOtherStack(inputs, ownersOf(call.owner, outputs)));
    return {};
  },

  async preview({ session, owner }, inputs, before) {
    if (hasUnknown(inputs)) return {};
    // The name server or the zone may come with this very update.
    const { found } = await recordsOf(session)
      .look(session, inputs)
      .catch((error: unknown) => {
        throw new Unreachable(messageOf(error));
      });
    const refuse = before ? refuseOtherStack(inputs, ownersOf(owner, before)) : refuseOther(inputs, owner);
    refuse(found);
    return {};
  },

  async read({ session, owner }, id, known) {
    const [zone = '', name = '', type = ''] = id.split('/');
    // The values are what is asked for; the schema, which checks a set as a whole, wants one.
    const key = known?.inputs ?? recordSet.parse({ zone, name, type, values: ['-'] });
    const { found } = await recordsOf(session).look(session, key);
    if (!found || found.values.length === 0) return undefined;
    const { ttl, values } = found;
    // The order of values means nothing in DNS; ours is kept where the sets are the same.
    const same = known && sameValues(key.type, values, known.inputs.values);
    const others = found.owner !== undefined && found.owner !== owner;
    const taken = others && (!known || ownersOf(owner, known.outputs).includes(found.owner));
    const outputs: Properties = taken ? { takenFrom: found.owner ?? null } : {};
    return { inputs: { ...key, ttl, values: same ? known.inputs.values : values }, outputs };
  },

  /** A set that another stack has made meanwhile is that stack's. */
  async delete({ session, owner }, inputs, outputs) {
    await changeSet(recordsOf(session), session, inputs, async ({ found, remove }) => {
      if (found && (found.owner === undefined || ownersOf(owner, outputs).includes(found.owner))) await remove();
    });
  },
};
