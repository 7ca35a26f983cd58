/** `Workload`: files, secrets and systemd units of one project, changed all or nothing. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TarEntry } from '../agent.ts';
import { type Properties, unknown } from '../property-values.ts';
import { containerOf, imagesOf, serviceOf, usesOf } from '../quadlet.ts';
import type { Call, Resource } from '../resource.ts';
import { type WorkloadInputs, workload, workloadSet } from '../schema.ts';
import type { Session } from '../session.ts';

const unitMode = '0644';
const outputs = z.object({ images: z.record(z.string(), z.string()) });

/** What `import` needs beside the files themselves. */
const spec = workloadSet.omit({ files: true, units: true }).extend({
  files: z.record(z.string(), z.string()),
  units: z.record(z.string(), z.array(z.string())),
});

type Part = { path: string; content: string; mode: string };

function parts(inputs: WorkloadInputs): Part[] {
  return [
    ...Object.entries(inputs.files).map(([path, { content, mode }]) => ({ path: `files/${path}`, content, mode })),
    ...Object.entries(inputs.units).map(([name, { content }]) => ({ path: `units/${name}`, content, mode: unitMode })),
  ];
}

function sum(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function specOf({ files, units, ...rest }: WorkloadInputs): z.output<typeof spec> {
  return {
    ...rest,
    files: Object.fromEntries(Object.entries(files).map(([path, { mode }]) => [path, mode])),
    units: Object.fromEntries(Object.entries(units).map(([name, { restartOn }]) => [name, restartOn])),
  };
}

/** Each folder after the ones that it is in; those that nobody listed anyone may enter. */
function withParents(folders: Record<string, string>): Record<string, string> {
  const above = Object.keys(folders).flatMap((path) =>
    path.split('/').flatMap((_, depth, names) => (depth === 0 ? [] : [names.slice(0, depth).join('/')])),
  );
  const all = { ...Object.fromEntries(above.map((path) => [path, '0755'])), ...folders };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The set and its lists, as `agent/workload.sh` describes them. */
function payload(inputs: WorkloadInputs): TarEntry[] {
  const units = Object.entries(inputs.units);
  const lists: Record<string, string[]> = {
    folders: Object.entries(withParents(inputs.folders)).map(([path, mode]) => `${mode} ${path}`),
    wanted: parts(inputs).map(({ path, content, mode }) => `${sum(content)} ${mode} ${path}`),
    services: units.map(([unit, { content }]) => `${serviceOf(unit)} ${unit} ${containerOf(unit, content)}`),
    uses: units.flatMap(([unit]) => usesOf(inputs.units, unit).map((path) => `${serviceOf(unit)} ${path}`)),
    health: inputs.health.map(({ service, deadline, url }) => `${service} ${deadline} ${url}`),
    'spec.json': [JSON.stringify(specOf(inputs))],
  };
  return [
    ...parts(inputs).map(({ path, content, mode }) => ({ path, content, mode: Number.parseInt(mode, 8) })),
    ...Object.entries(lists).map(([path, lines]) => ({
      path,
      content: lines.map((line) => `${line}\n`).join(''),
      mode: 0o600,
    })),
  ];
}

async function apply({ session, owner }: Call, inputs: WorkloadInputs, purpose: 'create' | 'update') {
  const answer = await session.change('apply', [inputs.slug, inputs.directory, owner, purpose], {
    kind: 'tar',
    entries: payload(inputs),
  });
  const lines = answer.split('\n').map((line) => line.split(' '));
  const pairs = (kind: string) =>
    Object.fromEntries(lines.filter(([first]) => first === kind).map(([, a, b]) => [a, b]));
  return outputs.parse({ images: pairs('image') });
}

/** A part as the server has it: the same, another one, or nothing. */
async function asFound(session: Session, inputs: Pick<WorkloadInputs, 'slug'>, { path, content, mode }: Part) {
  const { sums, modes } = await session.snapshot();
  const key = `${inputs.slug} ${path}`;
  const found = sums.get(key);
  if (found === undefined) return undefined;
  const now =
    found === sum(content) ? content : await session.look('show', [`/var/lib/codeb/state/${inputs.slug}/live/${path}`]);
  return { content: now, mode: modes.get(key) ?? mode };
}

async function statusOf(session: Session, units: WorkloadInputs['units']): Promise<Record<string, string>> {
  const { services } = await session.snapshot();
  const names = Object.keys(units).map(serviceOf);
  return Object.fromEntries(names.map((name) => [name, services.get(name) ?? 'missing']));
}

async function importable(session: Session, slug: string): Promise<WorkloadInputs> {
  const text = await session.look('show', [`/var/lib/codeb/state/${slug}/spec.json`]);
  const { files, units, ...rest } = spec.parse(JSON.parse(text));
  return {
    ...rest,
    files: Object.fromEntries(Object.entries(files).map(([path, mode]) => [path, { content: '', mode }])),
    units: Object.fromEntries(Object.entries(units).map(([name, restartOn]) => [name, { content: '', restartOn }])),
  };
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
    const inputs = known?.inputs ?? (await importable(session, id));
    const files: WorkloadInputs['files'] = {};
    const units: WorkloadInputs['units'] = {};
    const status = await statusOf(session, inputs.units);
    for (const [path, file] of Object.entries(inputs.files)) {
      const found = await asFound(session, inputs, { path: `files/${path}`, ...file });
      if (found) files[path] = found;
      // What changed in a secret file is shown to nobody, but that it changed is.
      if (known && found?.content !== file.content) status[path] = found ? 'changed on the server' : 'missing';
    }
    for (const [name, unit] of Object.entries(inputs.units)) {
      const found = await asFound(session, inputs, { path: `units/${name}`, content: unit.content, mode: unitMode });
      if (found) units[name] = { ...unit, content: found.content };
    }
    const found = { inputs: { ...inputs, files, units, status }, outputs: { images: {}, ...known?.outputs } };
    return known ? found : { ...found, secretInputs: ['files'] };
  },

  async delete({ session }, inputs) {
    await session.change('remove', [inputs.slug, inputs.directory, inputs.onDelete]);
  },
};
