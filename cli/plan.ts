/** `npm run plan -- --stack production`: what the stack will be, from its files alone; asks no server and no engine. */
import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { planOf } from '../stacks/plan.ts';
import { describe } from '../stacks/problems.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { endWithReader } from './closed-pipe.ts';
import { fail } from './fail.ts';
import { changesSince, documentOf } from './plan-changes.ts';
import { planText, type Style } from './plan-text.ts';
import { readStackConfig } from './stack-config.ts';

/** styleText leaves the colour out where there is no terminal, and where NO_COLOR says so. */
const coloured: Style = {
  title: (text) => styleText('bold', text, { stream: process.stdout }),
  name: (text) => styleText('cyan', text, { stream: process.stdout }),
  faint: (text) => styleText('dim', text, { stream: process.stdout }),
};

interface Options {
  stack: string;
  json?: true;
  /** A file with what `--json` has printed earlier. */
  since?: string;
}

async function main({ stack, json, since }: Options): Promise<void> {
  const config = await readStackConfig(resolve(import.meta.dirname, '..'), stack);
  const result = planOf(config, hostedProjects);
  if (result.kind === 'refused') {
    process.exitCode = 1;
    if (json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    else
      process.stderr.write(
        `The plan of '${stack}' is refused:\n${result.problems.map((one) => `  ${describe(one)}\n`).join('')}`,
      );
    return;
  }
  for (const warning of result.plan.warnings) process.stderr.write(`${warning}\n`);
  const document = documentOf(result.plan);
  if (since !== undefined) {
    const changes = await changesSince(since, document);
    const title = changes.length === 0 ? 'changes nothing' : 'changes';
    return void process.stdout.write([`The plan of '${stack}' ${title}, against ${since}`, ...changes, ''].join('\n'));
  }
  if (json) return void process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  process.stdout.write(planText(result.plan, coloured, process.stdout.columns));
}

endWithReader(process.stdout);
await new Command('plan')
  .description('print what a stack will be: projects, ports, names, sites, files')
  .requiredOption('-s, --stack <name>', 'the stack whose Pulumi.<name>.yaml is read')
  .option('--json', 'print the plan as JSON')
  .option('--since <file>', 'print what it changes against an earlier one, as --json has printed it')
  .action(main)
  .parseAsync()
  .catch(fail);
