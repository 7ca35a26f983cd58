/** `npm run bench`: times side by side on one server, written into docs/performance.md. */
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { fail } from '../sandbox/fail.ts';
import { provideNeeds } from '../sandbox/needs.ts';
import { type Progress, terminalProgress } from '../sandbox/progress.ts';
import { findPulumi } from '../sandbox/pulumi-cli.ts';
import { type Case, type Choice, casesOf, describeCase, type ToolName, toolNames } from './cases.ts';
import { containerStarts } from './container-starts.ts';
import { writeDocument } from './document.ts';
import { machine, versions } from './machine.ts';
import type { Bounds } from './measure/run.ts';
import { type Result, type Results, resultOf } from './results.ts';
import { type Round, runRound } from './round.ts';
import { BenchServer } from './server.ts';
import { markdown } from './table.ts';
import { type Operation, operations, type Tool } from './tool.ts';
import { ansibleTool } from './tools/ansible/tool.ts';
import { pulumiTool } from './tools/pulumi/tool.ts';
import { pyinfraTool } from './tools/pyinfra/tool.ts';
import { pythonWith } from './tools/python.ts';

interface Options extends Omit<Choice, 'delays'> {
  readonly delay: readonly number[];
  /** Seconds. */
  readonly deadline: number;
  readonly json?: string;
}

const rounds = 3;
/** Seconds: a round that took longer is not repeated. */
const longRound = 60;

function list(text: string): string[] {
  return text.split(',');
}

function numbers(text: string): number[] {
  const found = list(text).map(Number);
  if (found.every((value) => Number.isInteger(value) && value >= 0)) return found;
  throw new InvalidArgumentError('expected whole numbers, separated by commas');
}

function tools(text: string): ToolName[] {
  return list(text).map((name) => {
    const known = toolNames.find((one) => one === name);
    if (known === undefined) throw new InvalidArgumentError(`expected ${toolNames.join(', ')}, separated by commas`);
    return known;
  });
}

async function main({ delay, deadline, json, ...choice }: Options): Promise<void> {
  const progress = terminalProgress();
  const bounds: Bounds = { deadline, signal: interrupted() };
  const needs = await provideNeeds(progress);
  if (needs.kind === 'unable') throw new Error(`the benchmark cannot run here: ${needs.reasons.join('; ')}`);
  const cli = await findPulumi(progress);
  const cases = casesOf({ ...choice, delays: delay });
  const toolsOf = await makeTools(cases, cli, progress);
  const server = await BenchServer.start(cli, progress);
  try {
    const starts = await progress.step('start a container', () => containerStarts(server));
    const about = { machine: machine(), versions: await versions(cli), containerStarts: starts };
    const found: Result[] = [];
    for (const one of cases) {
      const tool = toolsOf.get(one.tool);
      if (tool === undefined) continue;
      found.push(await measureCase(server, { one, tool, bounds }, progress));
      // After each case, so that what was measured is not lost with the rest.
      await save({ ...about, results: found }, json);
    }
    if (found.some(hasFailed)) process.exitCode = 1;
  } finally {
    await progress.step('remove the box', () => server.end());
  }
}

async function save(results: Results, json: string | undefined): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
  await writeDocument(markdown(results));
}

/** Aborts at Ctrl-C, so that everything is cleaned up on the way out. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => controller.abort(new Error(`${name}: the benchmark ends before it is through`)));
  }
  return controller.signal;
}

async function makeTools(cases: readonly Case[], cli: string, progress: Progress): Promise<Map<Case['tool'], Tool>> {
  const makers: Record<Case['tool'], () => Promise<Tool>> = {
    empty: async () => pulumiTool('empty', cli),
    codeb: async () => pulumiTool('codeb', cli),
    bare: async () => pulumiTool('bare', cli),
    pyinfra: async () => pyinfraTool(await pythonWith('pyinfra', progress)),
    ansible: async () => ansibleTool(await pythonWith('ansible', progress)),
  };
  const made = new Map<Case['tool'], Tool>();
  for (const { tool } of cases) if (!made.has(tool)) made.set(tool, await makers[tool]());
  return made;
}

interface Measuring {
  readonly one: Case;
  readonly tool: Tool;
  readonly bounds: Bounds;
}

async function measureCase(server: BenchServer, { one, tool, bounds }: Measuring, progress: Progress): Promise<Result> {
  const done: Round[] = [];
  const { projects, delay } = one;
  await progress.step(describeCase(one), async (say) => {
    while (done.length < rounds) {
      say(`round ${done.length + 1} of ${rounds}`);
      const round = await runRound(server, { tool, projects, delay, bounds });
      done.push(round);
      if (secondsOf(round) === undefined || (secondsOf(round) ?? 0) > longRound) break;
    }
  });
  const result = resultOf(one, done);
  progress.line(`    ${operations.map((operation) => `${operation} ${shown(result, operation)}`).join(', ')}`);
  return result;
}

/** Undefined if it did not get to its end. */
function secondsOf(round: Round): number | undefined {
  let sum = 0;
  for (const operation of operations) {
    const run = round[operation];
    if (run?.kind !== 'took') return undefined;
    sum += run.seconds;
  }
  return sum;
}

function shown({ operations: found }: Result, operation: Operation): string {
  const measured = found[operation];
  switch (measured?.kind) {
    case undefined:
      return '–';
    case 'took':
      return `${measured.seconds.toFixed(2)} s`;
    case 'over':
      return `over ${measured.deadline} s`;
    case 'failed':
      return `failed: ${measured.reason}`;
  }
}

function hasFailed({ operations: found }: Result): boolean {
  return Object.values(found).some(({ kind }) => kind === 'failed');
}

await new Command('bench')
  .description('compare this program with bare Pulumi, pyinfra and Ansible, and write docs/performance.md')
  .addOption(new Option('--projects <counts>', 'how many').argParser(numbers).default([1, 20, 50, 100], '1,20,50,100'))
  .addOption(new Option('--delay <milliseconds>', 'round trips').argParser(numbers).default([0, 50], '0,50'))
  .addOption(new Option('--tools <names>', 'which').argParser(tools).default(toolNames, toolNames.join(',')))
  .option('--slow', 'run pyinfra and Ansible with more than 20 projects, too', false)
  .addOption(new Option('--deadline <seconds>', 'kill a run after that').argParser(Number).default(600))
  .option('--json <path>', 'write what was measured here as well')
  .action(main)
  .parseAsync()
  .catch(fail);
