/** `npm run preflight -- --stack production`: every secret variable that is missing, misplaced, too old or used twice. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { type Fingerprints, fingerprints } from '../stacks/fingerprints.ts';
import { describe } from '../stacks/problems.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { fail } from './fail.ts';
import { type Findings, findingsOf } from './preflight/findings.ts';
import { pulumi } from './pulumi.ts';

const config = z.record(z.string(), z.object({ value: z.string().optional(), objectValue: z.unknown().optional() }));
const stacks = z.array(z.object({ name: z.string() }));

/** With the secrets, which stay in this process. */
async function configOf(stack: string): Promise<Record<string, unknown>> {
  const entries = config.parse(JSON.parse(await pulumi('config', '--show-secrets', '--json', '--stack', stack)));
  return Object.fromEntries(
    Object.entries(entries).map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
  );
}

/** What the other stacks export; one that was never updated exports nothing. */
async function others(stack: string): Promise<Record<string, Fingerprints>> {
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

function text({ problems, ages }: Findings): string {
  const table = new Table({
    head: ['secret variable', 'in use since', 'days', 'at most'],
    style: { head: [], border: [] },
  });
  for (const { variable, since, days, atMost } of ages) table.push([variable, since, days ?? '?', atMost]);
  const lines = problems.map((problem) => styleText('red', `  ${describe(problem)}`, { stream: process.stdout }));
  const verdict =
    problems.length === 0
      ? 'Nothing is missing, misplaced, too old or used twice.'
      : `${problems.length} to put right:`;
  return [...(ages.length > 0 ? [table.toString()] : []), verdict, ...lines].join('\n');
}

await new Command('preflight')
  .description('say which secret variables are missing, misplaced, too old or used twice; values are never shown')
  .requiredOption('-s, --stack <name>', 'the stack whose secrets are looked at')
  .option('--json', 'print what was found as JSON')
  .action(async ({ stack, json }: { stack: string; json?: true }) => {
    const found = findingsOf({
      config: await configOf(stack),
      projects: hostedProjects,
      others: await others(stack),
      today: new Date().toISOString().slice(0, 10),
    });
    process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : `${text(found)}\n`);
    if (found.problems.length > 0) process.exitCode = 1;
  })
  .parseAsync()
  .catch(fail);
