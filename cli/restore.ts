/**
 * `npm run restore -- --stack production --project code-battle`: from when on the project's database can be restored. With
 * `--to 2026-11-21T10:00:00Z` it says what it would do, and with `--yes` it does it. Reads `Pulumi.<stack>.yaml` of the
 * working folder and asks the server, by the keys of the SSH agent.
 */
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { OperationError } from '../provider/operation-error.ts';
import { Session } from '../provider/session.ts';
import { planOf } from '../stacks/plan.ts';
import type { Pod } from '../stacks/pod.ts';
import { describe } from '../stacks/problems.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { connectionTo } from '../stacks/server-access.ts';
import type { Server } from '../stacks/settings.ts';
import { fail } from './fail.ts';
import { parseRecoverable, type Recoverable, timeOf } from './restore/recoverable.ts';
import { readStackConfig } from './stack-config.ts';

const options = z.object({
  stack: z.string(),
  project: z.string(),
  to: z
    .string()
    .refine((to) => to === 'latest' || z.iso.datetime({ offset: true }).safeParse(to).success, {
      error: "expected 'latest' or a time with its zone such as 2026-11-21T10:00:00Z",
      abort: true,
    })
    .refine((to) => to === 'latest' || Date.parse(to) <= Date.now(), 'is in the future')
    .optional(),
  yes: z.literal(true).optional(),
  json: z.literal(true).optional(),
});

interface Target {
  pod: Pod;
  server: Server;
}

async function targetOf({ stack, project }: { stack: string; project: string }): Promise<Target> {
  const config = await readStackConfig(process.cwd(), stack);
  const planned = planOf(config, hostedProjects);
  if (planned.kind === 'refused')
    throw new Error(`the plan of '${stack}' is refused: ${planned.problems.map(describe).join('; ')}`);
  const { projects, servers } = planned.plan;
  const found = projects.find(({ name }) => name === project);
  const names = projects.map(({ name }) => name).join(', ');
  if (!found) throw new Error(`stack '${stack}' runs no project '${project}': expected one of ${names}`);
  const server = found.pod && servers[found.pod.server];
  if (!found.pod?.postgres?.recoveryDays || !server) {
    throw new Error(
      `no backups are kept of project '${project}' in stack '${stack}': its postgres needs 'recoveryDays'`,
    );
  }
  return { pod: found.pod, server: server.settings };
}

const shown = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

function text({ slug }: Pod, { backups, archived, aside }: Recoverable): string {
  if (backups.length === 0) return `The first backup of '${slug}' is not finished yet.\n`;
  const table = new Table({ head: ['backup ended at', 'serves until', 'MB'], style: { head: [], border: [] } });
  for (const { at, until, gap, bytes } of backups) {
    const end = until === undefined ? 'now' : shown(until);
    table.push([shown(at), gap === undefined ? end : `${shown(gap)}: a gap in the log`, megabytes(bytes)]);
  }
  return [
    table.toString(),
    `'${slug}' can be restored to any moment that one of them serves.`,
    `Its log was last kept at ${archived === undefined ? 'no time yet' : shown(archived)}.`,
    ...aside.map((one) => `Put aside by a restore at ${shown(one.at)}: ${megabytes(one.bytes)} MB.`),
    '',
  ].join('\n');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function intention({ slug, directory }: Pod, to: string, from: string): string {
  return [
    `Would restore the database of '${slug}' to ${to}, from the backup that ended at ${from}.`,
    'Meanwhile the project does not answer. What is there now is put aside, with the time, in',
    `${directory}/data/postgres. Nothing was changed: --yes does it.`,
    '',
  ].join('\n');
}

async function main(given: unknown): Promise<void> {
  const { to, yes, json, ...asked } = options.parse(given);
  const { pod, server } = await targetOf(asked);
  const { slug, directory } = pod;
  const session = new Session({ connection: connectionTo(server), privilege: server.privilege });
  const print = (value: unknown, words: string) =>
    process.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : words);
  try {
    const found = parseRecoverable(await session.look('recovery', [slug, directory]));
    if (to === undefined) return void print(found, text(pod, found));
    const moment = to === 'latest' ? to : new Date(to).toISOString();
    const asking = [slug, directory, moment];
    const chosen = await session.look('restorable', asking).catch((refusal: unknown) => {
      throw refusal instanceof OperationError ? new Error(`${refusal.message}\n${text(pod, found)}`) : refusal;
    });
    if (!yes) {
      const from = shown(timeOf(chosen.trim()));
      return void print({ to, from, done: false }, intention(pod, to, from));
    }
    process.stderr.write(`restoring '${slug}' to ${to} …\n`);
    const [base = '', aside = ''] = (await session.change('restore', asking)).trim().split(' ');
    const words = `The database of '${slug}' is that of ${to}, and the project answers. What was there before is kept in\n${directory}/data/postgres/${aside}.\n`;
    print({ to, from: shown(timeOf(base)), done: true, aside: `${directory}/data/postgres/${aside}` }, words);
  } finally {
    await session.close();
  }
}

await new Command('restore')
  .description("show from when on a project's database can be restored, and restore it")
  .requiredOption('-s, --stack <name>', 'the stack whose Pulumi.<name>.yaml is read')
  .requiredOption('-p, --project <name>', 'the project')
  .option('-t, --to <time>', "a moment such as 2026-11-21T10:00:00Z, or 'latest'")
  .option('--yes', 'do it')
  .option('--json', 'print it as JSON')
  .action(main)
  .parseAsync()
  .catch(fail);
