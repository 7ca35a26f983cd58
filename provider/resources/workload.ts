/** `Workload`: files, secrets and systemd units of one project, changed all or nothing. */
import { z } from 'zod';
import { type Properties, unknown } from '../property-values.ts';
import { imagesOf } from '../quadlet.ts';
import type { Call, Resource } from '../resource.ts';
import { type WorkloadInputs, workload } from '../schema.ts';
import { findWorkload, importWorkload } from '../workload-found.ts';
import { payload } from '../workload-payload.ts';

/** Digest of each image in use, by the reference that the unit names. */
const outputs = z.object({ images: z.record(z.string(), z.string()) });

async function apply({ session, owner }: Call, inputs: WorkloadInputs, purpose: 'create' | 'update') {
  const answer = await session.change('apply', [inputs.slug, inputs.directory, owner, purpose], {
    kind: 'tar',
    entries: payload(inputs),
  });
  const images = answer
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([kind]) => kind === 'image');
  return outputs.parse({ images: Object.fromEntries(images.map(([, reference, digest]) => [reference, digest])) });
}

export const workloadResource: Resource<WorkloadInputs> = {
  schema: workload,
  replaceOn: ['slug', 'directory'],
  deleteBeforeReplace: true,
  id: (inputs) => inputs.slug,
  create: (call, inputs) => apply(call, inputs, 'create'),
  update: (call, inputs) => apply(call, inputs, 'update'),

  async preview(_call, inputs, before): Promise<Properties> {
    const references = imagesOf(inputs.units);
    const known = outputs.safeParse(before).data?.images ?? {};
    return {
      images: Object.fromEntries(references.map((reference) => [reference, known[reference] ?? unknown])),
    };
  },

  async read({ session }, id, known) {
    if (!(await session.snapshot()).workloads.has(id)) return undefined;
    if (known) {
      return { inputs: await findWorkload(session, known.inputs), outputs: { images: {}, ...known.outputs } };
    }
    return { inputs: await importWorkload(session, id), outputs: { images: {} }, secretInputs: ['files'] };
  },

  async delete({ session }, inputs) {
    await session.change('remove', [inputs.slug, inputs.directory, inputs.onDelete]);
  },
};
