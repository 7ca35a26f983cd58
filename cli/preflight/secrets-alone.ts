/** Of a project that cannot be planned: its secret variables, so that they are judged beside what stands in the way. */
import { z } from 'zod';
import { slugOf, type Stage } from '../../stacks/names.ts';
import type { PlannedProject } from '../../stacks/planned-project.ts';
import { type Variables, variables, variablesIn } from '../../stacks/variables.ts';

const stageIn = z.discriminatedUnion('environment', [
  z.object({ environment: z.enum(['production', 'staging']) }),
  z.object({ environment: z.literal('preview'), pullRequest: z.int().min(1) }),
]);
const byName = z.record(z.string(), z.unknown()).catch({});

/** Undefined where the settings do not tell the environment. */
export function secretsAlone(
  settings: Record<string, unknown>,
  project: { readonly name: string },
): PlannedProject | undefined {
  const stage: Stage | undefined = stageIn.safeParse(settings).data;
  if (!stage) return undefined;
  const { name } = project;
  const given = byName.parse('variables' in project ? project.variables : {});
  const readable: Variables = Object.assign(
    {},
    ...Object.entries(given).map(([key, value]) => variables.safeParse({ [key]: value }).data),
  );
  return {
    ...{ name, stage, slug: slugOf(name, stage), url: '', records: [], sites: [], externals: [], switches: {} },
    ...{ previewVariables: [], onDelete: 'keep', protectData: true },
    variables: variablesIn(readable, stage.environment).filter(({ kind }) => kind === 'secret'),
  };
}
