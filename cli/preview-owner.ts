/**
 * `pulumi stack output --json | node cli/preview-owner.ts --project shop --pull-request 7`: refuses where the stack runs
 * another project. Two projects may have a pull request of one number, and one stack is called after it.
 */
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { strangers } from './preview-strangers.ts';

async function main({ project, pullRequest }: { project: string; pullRequest: string }): Promise<void> {
  const found = strangers(JSON.parse(await text(process.stdin)), project, Number(pullRequest));
  if (found.length === 0) return;
  const state = `it runs ${found.join(', ')}, and nothing was changed`;
  process.stderr.write(`stack 'pr-${pullRequest}' is not of project '${project}': ${state}\n`);
  process.exitCode = 1;
}

await new Command('preview-owner')
  .requiredOption('-p, --project <name>')
  .requiredOption('-n, --pull-request <number>')
  .action(main)
  .parseAsync();
