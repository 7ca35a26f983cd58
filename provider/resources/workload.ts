/** `Workload`: files, secrets and systemd units of one project, changed all or nothing. */
import { z } from 'zod';
import { hasUnknown, type Properties, unknown } from '../property-values.ts';
import { imagesOf, valuesOf } from '../quadlet.ts';
import type { Call, Resource } from '../resource.ts';
import { type WorkloadInputs, workload, workloadSet } from '../schema.ts';
import { findWorkload, importWorkload } from '../workload-found.ts';
import { refuseDestructive } from '../migrations.ts';
import { payload } from '../workload-payload.ts';

const outputs = z.object({
  /** Digest of each image in use, by the reference that the unit names. */
  images: z.record(z.string(), z.string()),
  /** What each unit ran before: a reference with a digest. It is still on the server. */
  previous: z.record(z.string(), z.string()).default({}),
  createdAt: z.iso.datetime().optional(),
  deployedAt: z.iso.datetime().optional(),
});

async function apply(
  call: Call,
  inputs: WorkloadInputs,
  change: { purpose: 'create' } | { purpose: 'update'; before: Properties },
) {
  const { session, owner } = call;
  const { purpose } = change;
  for (const migration of inputs.migrations) await refuseDestructive(call, inputs, migration);
  const answer = await session.change('apply', [inputs.slug, inputs.directory, owner, purpose], {
    kind: 'tar',
    entries: payload(inputs),
  });
  const images = answer.split('\n').flatMap((line): [string, string][] => {
    const [kind, reference = '', digest = ''] = line.split(' ');
    return kind === 'image' ? [[reference, digest]] : [];
  });
  const found = Object.fromEntries(images);
  const now = new Date().toISOString();
  if (change.purpose === 'create') return { images: found, previous: {}, createdAt: now, deployedAt: now };
  const previous = previousImages(change.before, inputs.units);
  return { images: found, previous, ...madeAt(change.before), deployedAt: now };
}

const nameOf = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^/]*$/, '');

/** Nothing of one that was made before this was noted. */
function madeAt(before: Properties): { createdAt?: string } {
  const createdAt = outputs.safeParse(before).data?.createdAt;
  return createdAt === undefined ? {} : { createdAt };
}

/** A workload as the last update left it. */
const deployed = outputs.extend({ units: workloadSet.shape.units });

/** The image of a unit that ran: after an update that was cut off the state has the wanted units, and the images from before. */
function imageThatRan(wanted: string | undefined, images: Record<string, string>): string | undefined {
  if (wanted === undefined || wanted in images) return wanted;
  const ofName = Object.keys(images).filter((other) => nameOf(other) === nameOf(wanted));
  return ofName.length === 1 ? ofName[0] : undefined;
}

/** By unit: the image that gives way to another one, or the one that did so last. */
function previousImages(before: Properties, now: WorkloadInputs['units']): Record<string, string> {
  const found = deployed.safeParse(before).data;
  const images = found?.images ?? {};
  return Object.fromEntries(
    Object.entries(now).flatMap(([name, unit]) => {
      const [wanted] = valuesOf(found?.units[name]?.content ?? '', 'Image');
      const ran = imageThatRan(wanted, images);
      const stays = ran === undefined || valuesOf(unit.content, 'Image').includes(ran);
      const previous = stays ? found?.previous[name] : `${nameOf(ran)}@${images[ran]}`;
      return previous === undefined ? [] : [[name, previous]];
    }),
  );
}

/** As the agent refuses it: another stack would overwrite a running project. */
function refuseOther(slug: string, holder: string | undefined, owner: string): void {
  if (holder === undefined || holder === '' || holder === owner) return;
  throw new Error(`'${slug}' is run on this server by the stack ${holder}; nothing was changed`);
}

export const workloadResource: Resource<WorkloadInputs> = {
  schema: workload,
  replaceOn: ['slug', 'directory'],
  // Sealed anew each time; whether a value is another one is told by `secrets`.
  ignoreInDiff: ['sealed'],
  deleteBeforeReplace: true,
  id: (inputs) => inputs.slug,
  create: (call, inputs) => apply(call, inputs, { purpose: 'create' }),
  update: (call, inputs, before) => apply(call, inputs, { purpose: 'update', before }),

  async preview({ session, owner }, inputs, before): Promise<Properties> {
    if (before === undefined) refuseOther(inputs.slug, (await session.snapshot()).workloads.get(inputs.slug), owner);
    // A unit that waits for another resource is no unit yet.
    const units = Object.fromEntries(Object.entries(inputs.units).filter(([, unit]) => !hasUnknown(unit)));
    const found = outputs.safeParse(before).data;
    const known = found?.images ?? {};
    return {
      previous: before === undefined ? {} : previousImages(before, units),
      images: Object.fromEntries(imagesOf(units).map((reference) => [reference, known[reference] ?? unknown])),
      ...(before === undefined ? { createdAt: unknown } : madeAt(before)),
      deployedAt: unknown,
    };
  },

  async read({ session }, id, known) {
    if (!(await session.snapshot()).workloads.has(id)) return undefined;
    if (known) {
      return {
        inputs: await findWorkload(session, known.inputs),
        outputs: { images: {}, previous: {}, ...known.outputs },
      };
    }
    return {
      inputs: await importWorkload(session, id),
      outputs: { images: {}, previous: {} },
      secretInputs: ['files'],
    };
  },

  async delete({ session }, inputs) {
    await session.change('remove', [inputs.slug, inputs.directory, inputs.onDelete]);
  },
};
