/**
 * `node cli/stack-environment.ts <stack>`: the environment of this repository with the credentials for a stack, as
 * `environment=…` for a step's outputs. Its name alone decides: what is not staging's, nor a preview's, is production's.
 */
import { Command } from 'commander';
import { stageOf } from '../policy/stage.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { fail } from './fail.ts';
import { stackName } from './stack-name.ts';

await new Command('stack-environment')
  .description('say which environment of this repository has the credentials for a stack')
  .argument('<stack>', 'the name of the stack')
  .action(async (given: string) => {
    process.stdout.write(`environment=${stageOf(stackName.parse(given), hostedProjects).kind}\n`);
  })
  .parseAsync()
  .catch(fail);
