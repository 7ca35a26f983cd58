/**
 * Which projects an update leaves as they are, by the plan that `pulumi up --plan` is held to. What the settings plan
 * could not tell: a component that changes touches resources of every project, and nothing of that is in there.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { partsOf } from '../preview-comment/preview.ts';
import { resourcesOf } from '../stack-state.ts';

/** What `--save-plan` writes: github.com/pulumi/pulumi, sdk/go/common/apitype/plan.go, DeploymentPlanV1. */
const savedPlan = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      /** None for what is deleted. */
      goal: z.object({ parent: z.string().optional() }).optional(),
      steps: z.array(z.string()).default([]),
    }),
  ),
});

type Planned = z.output<typeof savedPlan>['resourcePlans'];

const projectType = 'codeb:index:Project';
const isProject = (urn: string): boolean => partsOf(urn).type === projectType;

/**
 * Slugs; none where the update changes what belongs to no project, such as a server: that may be of each.
 *
 * @throws Error for a file that is no plan of this stack
 */
export async function unchangedBy(file: string, stack: string): Promise<string[]> {
  const planned = await read(file, stack);
  const there = new Map((await resourcesOf(stack)).map(({ urn, parent }) => [urn, parent]));
  const changed = Object.entries(planned)
    .filter(([, { steps }]) => steps.some((step) => step !== 'same'))
    .map(([urn]) => projectOf(urn, (one) => planned[one]?.goal?.parent ?? there.get(one)));
  if (changed.includes(undefined)) return [];
  return Object.keys(planned)
    .filter((urn) => isProject(urn) && !changed.includes(urn))
    .map((urn) => partsOf(urn).name);
}

/** Up through the parents. */
function projectOf(urn: string, parentOf: (urn: string) => string | undefined): string | undefined {
  let one: string | undefined = urn;
  while (one !== undefined && !isProject(one)) one = parentOf(one);
  return one;
}

async function read(file: string, stack: string): Promise<Planned> {
  const text = await readFile(file, 'utf8');
  const parsed = savedPlan.safeParse(orNothing(text));
  const urns = Object.keys(parsed.data?.resourcePlans ?? {});
  if (!parsed.success || urns.some((urn) => !urn.startsWith(`urn:pulumi:${stack}::`))) {
    throw new Error(`${file}: expected a plan of stack '${stack}' as \`pulumi preview --save-plan\` writes it`);
  }
  return parsed.data.resourcePlans;
}

function orNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
