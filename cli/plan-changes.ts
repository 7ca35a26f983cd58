/** What a stack's plan changes against an earlier one, for those who may ask no server what stands there. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Plan } from '../stacks/plan.ts';
import { unitsOf } from '../stacks/units.ts';
import { compared, isMap, type Json } from './compared.ts';
import { inFold } from './preview-comment/values.ts';

/** What `--json` prints of a plan: it, and the text of every unit. */
export interface PlanDocument {
  kind: 'ok';
  plan: Plan;
  units: Record<string, string>;
}

export function documentOf(plan: Plan): PlanDocument {
  const shared = Object.values(plan.servers).flatMap((server) => server.shared ?? []);
  const pods = [...shared, ...plan.projects.flatMap(({ pod }) => pod ?? [])];
  const onQuadlet = pods.filter(({ server }) => plan.servers[server]?.settings.engine === 'quadlet');
  const units = onQuadlet.flatMap((pod) => Object.entries(unitsOf(pod)).map(([name, { content }]) => [name, content]));
  return { kind: 'ok', plan, units: Object.fromEntries(units) };
}

const planned = z.object({ plan: z.record(z.string(), z.json()), units: z.json().default({}) });
/** Of an older version of this program as well. One that was refused had no plan, and all is new. */
const earlier = z.union([planned, z.object({ kind: z.literal('refused') }).transform(() => undefined)]);

/**
 * Lines of a diff, a part for each property.
 *
 * @param file with what `--json` has printed earlier
 * @throws Error where that is something else
 */
export async function changesSince(file: string, document: PlanDocument): Promise<string[]> {
  const before = await read(file);
  const after = planned.parse(JSON.parse(JSON.stringify(document)));
  return compared(before && comparable(before), comparable(after)).flatMap(inFold);
}

async function read(file: string): Promise<z.output<typeof earlier>> {
  const expected = `${file}: expected what 'npm run plan -- --json' has printed, and it is no`;
  const parsed = earlier.safeParse(json(await readFile(file, 'utf8'), `${expected} JSON`));
  if (!parsed.success) throw new Error(`${expected} plan`);
  return parsed.data;
}

function json(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(otherwise);
  }
}

/**
 * Without what it was planned from (`specs` in earlier versions), and lists by the names of what is in them: one more moves
 * no other.
 */
function comparable({ plan, units }: z.output<typeof planned>): Json {
  const { placements: _, specs: __, known: ___, ...rest } = plan;
  return named({ ...rest, units });
}

function named(value: Json): Json {
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    const isSet = names.every((name) => name !== undefined) && new Set(names).size === names.length;
    return isSet ? Object.fromEntries(value.map((one, index) => [names[index], named(one)])) : value.map(named);
  }
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner)])) : value;
}

/** Of a project its slug, of a record set its name and type. */
function nameOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (!isMap(value)) return undefined;
  const { slug, name, type, owner } = value;
  const words = slug !== undefined ? [slug] : name !== undefined ? [name, type] : [owner];
  const text = words.filter((word) => typeof word === 'string').join(' ');
  return text === '' ? undefined : text;
}
