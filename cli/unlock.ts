/** `npm run unlock -- --stack production`: frees a stack that a dead run holds; state in a folder or a bucket. */
import { Command } from 'commander';
import { z } from 'zod';
import { fail } from './fail.ts';
import { pulumiChange } from './pulumi.ts';
import { stackName } from './stack-name.ts';
import { isDead, type Lock, locksIn, longestRun } from './sweep/stack-lock.ts';

const options = z.object({ stack: stackName });

async function main(given: unknown): Promise<void> {
  const { stack } = options.parse(given);
  const locks = await locksOf(stack);
  if (locks.length === 0) {
    process.stdout.write(`${stack} is not locked\n`);
    return;
  }
  const held = locks.map(owner).join(', ');
  const dead = await Promise.all(locks.map((lock) => isDead(lock, Date.now())));
  if (dead.includes(false)) {
    throw new Error(
      `${stack} is held by ${held}, and nothing was changed: who holds it is taken for dead when its process on this ` +
        `machine or its run on GitHub has ended, or ${longestRun / 3_600_000} hours after it began. When you know that it has ended: ` +
        `pulumi cancel --stack ${stack}`,
    );
  }
  await pulumiChange('cancel', '--yes', '--stack', stack);
  process.stdout.write(`${stack} is free; it was held by ${held}\n`);
}

/** Renaming a stack to its own name takes the lock and is then refused, so it tells of locks and changes nothing. */
async function locksOf(stack: string): Promise<Lock[]> {
  try {
    await pulumiChange('stack', 'rename', stack, '--stack', stack);
    return [];
  } catch (error) {
    const locks = locksIn(String(error));
    if (locks.length === 0 && !String(error).includes(`a stack named ${stack} already exists`)) throw error;
    return locks;
  }
}

function owner({ host, pid, at }: Lock): string {
  return `process ${pid} on ${host} since ${new Date(at).toISOString()}`;
}

await new Command('unlock')
  .description('free a stack that a dead run holds')
  .requiredOption('-s, --stack <name>', 'the stack')
  .action(main)
  .parseAsync()
  .catch(fail);
