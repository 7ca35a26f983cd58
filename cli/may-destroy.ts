/** `node cli/may-destroy.ts <stack>`: whether CI may destroy a stack, by its exit code. */
import { Command } from 'commander';
import { hostedProjects } from '../stacks/projects.ts';
import { fail } from './fail.ts';
import { mayDestroy } from './stack-guard.ts';

await new Command('may-destroy')
  .description('say by the exit code whether CI may destroy a stack: 0 for the preview of a hosted project')
  .argument('<stack>', 'the name of the stack')
  // Help is no permission: a stack may be called `--help`.
  .exitOverride(() => process.exit(1))
  .action((stack: string) => {
    const verdict = mayDestroy(stack, hostedProjects);
    if (verdict.kind === 'refused') throw new Error(verdict.reason);
  })
  .parseAsync()
  .catch(fail);
