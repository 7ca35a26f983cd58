/** Stacks in Pulumi's backend, by the Pulumi CLI; the project is the one of the working folder. */
import { z } from 'zod';
import { pulumi, pulumiChange } from '../pulumi.ts';
import { mayDestroy } from '../stack-guard.ts';
import type { InEngine } from './found.ts';
import { isDead, locksIn } from './stack-lock.ts';

/** Source: pulumi/pulumi, pkg/cmd/pulumi/stack/stack_ls.go */
const stacks = z.array(
  z.object({
    name: z.string(),
    lastUpdate: z.iso.datetime().optional(),
    updateInProgress: z.boolean().optional(),
  }),
);

export async function stacksThere(): Promise<InEngine[]> {
  return stacks
    .parse(JSON.parse(await pulumi('stack', 'ls', '--json')))
    .map(({ name, lastUpdate, updateInProgress = false }) => ({
      kind: 'stack',
      name,
      isBusy: updateInProgress,
      ...(lastUpdate !== undefined && { at: Date.parse(lastUpdate) }),
    }));
}

/**
 * Destroys the stack of a preview and removes it; a lock that a dead run has left does not stand in the way.
 * @throws Error with the engine's own words, and for a stack that is protected
 */
export async function destroyStack(stack: string, projects: readonly { readonly name: string }[]): Promise<void> {
  const verdict = mayDestroy(stack, projects);
  if (verdict.kind === 'refused') throw new Error(verdict.reason);
  const destroy = () => pulumiChange('destroy', '--yes', '--skip-preview', '--suppress-outputs', '--stack', stack);
  await destroy().catch(async (error: unknown) => {
    const locks = locksIn(error instanceof Error ? error.message : '');
    const dead = await Promise.all(locks.map((lock) => isDead(lock, Date.now())));
    if (locks.length === 0 || dead.includes(false)) throw error;
    await pulumiChange('cancel', '--yes', '--stack', stack);
    await destroy();
  });
  await pulumiChange('stack', 'rm', '--yes', stack);
}
