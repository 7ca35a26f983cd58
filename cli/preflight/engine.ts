/** What Pulumi's backend knows of a stack's secrets. */
import { z } from 'zod';
import { type Fingerprints, fingerprints } from '../../stacks/fingerprints.ts';
import { pulumi } from '../pulumi.ts';

const config = z.record(z.string(), z.object({ value: z.string().optional(), objectValue: z.unknown().optional() }));
const stacks = z.array(z.object({ name: z.string() }));

/** With the secrets, which stay in this process. */
export async function configOf(stack: string): Promise<Record<string, unknown>> {
  const entries = config.parse(JSON.parse(await pulumi('config', '--show-secrets', '--json', '--stack', stack)));
  return Object.fromEntries(
    Object.entries(entries).map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
  );
}

/** What the other stacks export; one that was never updated exports nothing. */
export async function fingerprintsBeside(stack: string): Promise<Record<string, Fingerprints>> {
  const all = stacks.parse(JSON.parse(await pulumi('stack', 'ls', '--json')));
  const found: Record<string, Fingerprints> = {};
  for (const { name } of all.filter((one) => one.name !== stack)) {
    const outputs = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(await pulumi('stack', 'output', '--json', '--stack', name)));
    const parsed = fingerprints.safeParse(outputs.fingerprints);
    if (parsed.success) found[name] = parsed.data;
  }
  return found;
}
