/** `npm run preflight -- --stack production`: every secret variable that is missing, misplaced, too old or used twice. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { Command } from 'commander';
import { describe } from '../stacks/problems.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { fail } from './fail.ts';
import { configOf, fingerprintsBeside } from './preflight/engine.ts';
import { type Findings, findingsOf } from './preflight/findings.ts';

function text({ problems, ages, notCompared }: Findings): string {
  const table = new Table({
    head: ['secret variable', 'in use since', 'days', 'at most'],
    style: { head: [], border: [] },
  });
  for (const { variable, since, days, atMost } of ages) table.push([variable, since, days ?? '?', atMost]);
  const lines = problems.map((problem) => styleText('red', `  ${describe(problem)}`, { stream: process.stdout }));
  const unknown = notCompared.map(
    (stack) =>
      `Not compared with stack '${stack}', which exports no fingerprints: its first update failed, or another version made it.`,
  );
  const elsewhere = unknown.length === 0 ? '' : ', as far as the other stacks tell';
  const verdict =
    problems.length === 0
      ? `Nothing is missing, misplaced, too old or used twice${elsewhere}.`
      : `${problems.length} to put right:`;
  return [...(ages.length > 0 ? [table.toString()] : []), ...unknown, verdict, ...lines].join('\n');
}

await new Command('preflight')
  .description('say which secret variables are missing, misplaced, too old or used twice; values are never shown')
  .requiredOption('-s, --stack <name>', 'the stack whose secrets are looked at')
  .option('--json', 'print what was found as JSON')
  .action(async ({ stack, json }: { stack: string; json?: true }) => {
    const found = findingsOf({
      config: await configOf(stack),
      projects: hostedProjects,
      others: await fingerprintsBeside(stack),
      today: new Date().toISOString().slice(0, 10),
    });
    process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : `${text(found)}\n`);
    if (found.problems.length > 0) process.exitCode = 1;
  })
  .parseAsync()
  .catch(fail);
