/** `PortLease`: the lowest free port of a range, taken on the server under its owner's key. */
import { z } from 'zod';
import { type Properties, unknown } from '../property-values.ts';
import type { Call, Resource } from '../resource.ts';
import { type PortLeaseInputs, portLease } from '../schema.ts';

const held = z.object({ port: z.int() });

async function lease(
  { session, owner: stack }: Call,
  inputs: PortLeaseInputs,
  purpose: 'take' | 'look',
): Promise<number> {
  const ask = purpose === 'look' ? session.look : session.change;
  const answer = await ask.call(session, 'lease', [
    inputs.owner,
    inputs.range.from,
    inputs.range.to,
    inputs.reserved.join(',') || '-',
    inputs.before.join(',') || '-',
    inputs.port ?? 'any',
    purpose,
    stack,
  ]);
  return Number(answer);
}

export const portLeaseResource: Resource<PortLeaseInputs> = {
  schema: portLease,
  replaceOn: ['owner', 'range', 'port'],
  // They count when the port is given, and it is kept.
  ignoreInDiff: ['reserved', 'before'],
  deleteBeforeReplace: false,
  // Else the new lease would be of the same port, which goes with the old one.
  serves(changed, inputs, outputs) {
    const wanted = portLease.safeParse(inputs).data;
    const port = held.safeParse(outputs).data?.port;
    if (changed.includes('owner') || wanted === undefined || port === undefined) return false;
    return wanted.port === undefined ? port >= wanted.range.from && port <= wanted.range.to : port === wanted.port;
  },
  id: (inputs) => inputs.owner,

  async create(call, inputs) {
    return { port: await lease(call, inputs, 'take') };
  },

  async update(call, inputs) {
    return { port: await lease(call, inputs, 'take') };
  },

  async preview(call, inputs, outputs): Promise<Properties> {
    if (outputs) return { port: outputs.port ?? unknown };
    return { port: await lease(call, inputs, 'look') };
  },

  async read({ session }, id, known) {
    const { leases } = await session.snapshot();
    const port = known ? held.parse(known.outputs).port : [...leases].find(([, owner]) => owner === id)?.[0];
    if (port === undefined || leases.get(port) !== id) return undefined;
    const inputs = known?.inputs ?? { owner: id, range: { from: port, to: port }, reserved: [], before: [] };
    return { inputs, outputs: { port } };
  },

  async delete({ session, owner }, inputs, outputs) {
    await session.change('release', [inputs.owner, held.parse(outputs).port, owner]);
  },
};
