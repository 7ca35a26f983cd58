/** Of a project that cannot be planned: its secret variables, so that they are judged beside what stands in the way. */
import { z } from 'zod';
import { slugOf, type Stage } from '../../stacks/names.ts';
import type { PlannedProject } from '../../stacks/planned-project.ts';
import { type Variables, variables, variablesIn } from '../../stacks/variables.ts';

const stageIn = z.discriminatedUnion('environment', [
  z.object({ environment: z.enum(['production', 'staging']) }),
  z.object({ environment: z.literal('preview'), pullRequest: z.int().min(1) }),
]);
/** Nothing where it is of another form. */
export const byName = z.record(z.string(), z.unknown()).catch({});
const parts = z.object({ environments: byName, variables: byName });
const anySecret = z.object({ kind: z.literal('secret') });

/** Undefined where the settings are refused for their environment. */
export function stageGiven(settings: Record<string, unknown>): Stage | undefined {
  return stageIn.safeParse(settings).data;
}

/** None where the project does not name the environment. */
export function secretsAlone(stage: Stage, project: { readonly name: string }): PlannedProject[] {
  const { environments, variables: given } = parts.parse(project);
  if (!Object.hasOwn(environments, stage.environment)) return [];
  const { name } = project;
  const readable: Variables = Object.assign({}, ...Object.entries(given).map(([key, value]) => readableOf(key, value)));
  const planned: PlannedProject = {
    ...{ name, stage, slug: slugOf(name, stage), url: '', records: [], sites: [], externals: [], switches: {} },
    ...{ previewVariables: [], onDelete: 'keep', protectData: true },
    variables: variablesIn(readable, stage.environment).filter(({ kind }) => kind === 'secret'),
  };
  return [planned];
}

/** A secret that is declared wrongly is declared all the same: its value is neither missing nor too much. */
function readableOf(name: string, given: unknown): Variables {
  const parsed = variables.safeParse({ [name]: given });
  if (parsed.success) return parsed.data;
  if (!anySecret.safeParse(given).success) return {};
  return (
    variables.safeParse({ [name]: { kind: 'secret', optionalIn: ['production', 'staging', 'preview'] } }).data ?? {}
  );
}
