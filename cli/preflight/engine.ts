/** What Pulumi's backend knows of a stack's secrets. */
import { z } from 'zod';
import { fingerprints } from '../../stacks/fingerprints.ts';
import { pulumi } from '../pulumi.ts';
import { resourcesOf, type StackResource } from '../stack-state.ts';
import type { OtherStack } from './used-twice.ts';

const config = z.record(z.string(), z.object({ value: z.string().optional(), objectValue: z.unknown().optional() }));
const stacks = z.array(z.object({ name: z.string() }));
/** Of a stack that this program has updated, whatever its version was: stacks/registry.ts. */
const outputs = z.object({
  fingerprints,
  registry: z
    .object({ projects: z.record(z.string(), z.object({ environments: z.record(z.string(), z.unknown()) })) })
    .catch({ projects: {} }),
});

/** With the secrets, which stay in this process. */
export async function configOf(stack: string): Promise<Record<string, unknown>> {
  const entries = config.parse(JSON.parse(await pulumi('config', '--show-secrets', '--json', '--stack', stack)));
  return Object.fromEntries(
    Object.entries(entries).map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
  );
}

/**
 * What the other stacks export. One that has no resource has no secret in use; one whose first update has failed, or that
 * another version of this program has updated, does not tell what it has.
 */
export async function fingerprintsBeside(stack: string): Promise<Record<string, OtherStack>> {
  const all = stacks.parse(JSON.parse(await pulumi('stack', 'ls', '--json')));
  const found: Record<string, OtherStack> = {};
  for (const { name } of all.filter((one) => one.name !== stack)) {
    const resources = await resourcesNow(name);
    if (resources.length === 0) continue;
    const parsed = outputs.safeParse(resources.find(({ type }) => type === 'pulumi:pulumi:Stack')?.outputs);
    if (!parsed.success) {
      found[name] = { stages: {} };
      continue;
    }
    const { projects } = parsed.data.registry;
    const stages = Object.entries(projects).map(([project, { environments }]) => [project, Object.keys(environments)]);
    found[name] = { fingerprints: parsed.data.fingerprints, stages: Object.fromEntries(stages) };
  }
  return found;
}

async function resourcesNow(stack: string): Promise<StackResource[]> {
  return await resourcesOf(stack).catch((error: unknown) => {
    // A preview may be removed in the meantime.
    if (String(error).includes(`no stack named '${stack}' found`)) return [];
    throw error;
  });
}
