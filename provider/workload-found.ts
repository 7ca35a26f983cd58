/** A workload as the server has it, against what it was to be. */
import { isFilledIn } from './secret-reference.ts';
import { serviceOf } from './quadlet.ts';
import type { WorkloadInputs } from './schema.ts';
import type { Session } from './session.ts';
import { type Part, spec, sum, unitMode } from './workload-payload.ts';

type Found = { content: string; mode: string; state: 'as wanted' | 'changed on the server' };

/** The workload, what differs in place of what was wanted; `status` names every difference that the rest cannot show. */
export async function findWorkload(session: Session, wanted: WorkloadInputs): Promise<WorkloadInputs> {
  const files: WorkloadInputs['files'] = {};
  const units: WorkloadInputs['units'] = {};
  const status = await statusOf(session, wanted.units);
  for (const [path, file] of Object.entries(wanted.files)) {
    const found = await findPart(session, wanted.slug, { path: `files/${path}`, ...file });
    if (found) files[path] = { content: found.content, mode: found.mode };
    // What changed in a secret file is shown to nobody, but that it changed is.
    if (found?.state !== 'as wanted') status[path] = found?.state ?? 'missing';
  }
  for (const [name, unit] of Object.entries(wanted.units)) {
    const part = { path: `units/${name}`, content: unit.content, mode: unitMode };
    const found = await findPart(session, wanted.slug, part);
    if (found) units[name] = { ...unit, content: found.content };
  }
  return { ...wanted, files, units, status };
}

async function findPart(session: Session, slug: string, part: Part): Promise<Found | undefined> {
  const { sums, modes, wanted } = await session.snapshot();
  const key = `${slug} ${part.path}`;
  const found = sums.get(key);
  if (found === undefined) return undefined;
  const mode = modes.get(key) ?? part.mode;
  if (isFilledIn(part.content)) {
    return { content: part.content, mode, state: found === wanted.get(key) ? 'as wanted' : 'changed on the server' };
  }
  if (found === sum(part.content)) return { content: part.content, mode, state: 'as wanted' };
  return {
    content: await session.look('show', [`/var/lib/codeb/state/${slug}/live/${part.path}`]),
    mode,
    state: 'changed on the server',
  };
}

async function statusOf(session: Session, units: WorkloadInputs['units']): Promise<Record<string, string>> {
  const { services } = await session.snapshot();
  const names = Object.keys(units).map(serviceOf);
  return Object.fromEntries(names.map((name) => [name, services.get(name) ?? 'missing']));
}

/** A workload that no stack knows yet, for an import. */
export async function importWorkload(session: Session, slug: string): Promise<WorkloadInputs> {
  const text = await session.look('show', [`/var/lib/codeb/state/${slug}/spec.json`]);
  const { files, units, ...rest } = spec.parse(JSON.parse(text));
  const empty: WorkloadInputs = {
    ...rest,
    sealed: '',
    files: Object.fromEntries(
      Object.entries(files).map(([path, { mode, template = '' }]) => [path, { content: template, mode }]),
    ),
    units: Object.fromEntries(Object.entries(units).map(([name, restartOn]) => [name, { content: '', restartOn }])),
  };
  const found = await findWorkload(session, empty);
  return { ...found, status: await statusOf(session, found.units) };
}
