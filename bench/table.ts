/** The results as Markdown. */
import { toolNames } from './cases.ts';
import { verdicts } from './goals.ts';
import { find, type Measured, median, type Result, type Results } from './results.ts';
import { type Operation, operations } from './tool.ts';

const titles: Record<Operation, string> = {
  first: 'First run',
  'no-op': 'No-op run',
  change: 'One changed file',
  drift: 'Drift check',
};

export function markdown({ machine, versions, containerStarts, results }: Results): string {
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${machine}, with ${tools.join(', ')}.`,
    '### The goals',
    goalTable(results),
    ...[...new Set(delaysOf(results))].flatMap((delay) => [
      delay === 0 ? '### Straight (loopback)' : `### At ${delay} ms, there and back`,
      timeTable(results, delay),
    ]),
    '### What is the same for all',
    sameForAll(results, containerStarts),
  ].join('\n\n');
}

function delaysOf(results: readonly Result[]): number[] {
  return results.filter(({ tool }) => tool !== 'empty').map(({ delay }) => delay);
}

function goalTable(results: readonly Result[]): string {
  const rows = verdicts(results).map(({ goal, found, holds }) => [
    goal,
    found,
    holds === undefined ? '–' : holds ? 'yes' : '**no**',
  ]);
  return table([['Goal', 'Measured', 'Holds'], ...rows]);
}

function timeTable(all: readonly Result[], delay: number): string {
  const sizes = [
    ...new Set(all.filter((one) => one.delay === delay && one.projects > 0).map(({ projects }) => projects)),
  ];
  const rows = sizes.flatMap((projects) =>
    toolNames.map((tool) => {
      const own = (operation: Operation) => find(all, { tool, projects, delay, operation });
      const ours = (operation: Operation) => find(all, { tool: 'codeb', projects, delay, operation });
      return [
        String(projects),
        tool,
        ...operations.map((operation) => cell(own(operation), tool === 'codeb' ? undefined : ours(operation))),
        memory(operations.map(own)),
      ];
    }),
  );
  return table([['Projects', 'Tool', ...operations.map((operation) => titles[operation]), 'Memory, peak'], ...rows]);
}

/** Seconds, and how many times those of codeb they are. */
function cell(measured: Measured | undefined, ours: Measured | undefined): string {
  if (measured === undefined) return '–';
  if (measured.kind === 'failed') return 'failed';
  if (measured.kind === 'over') return `over ${measured.deadline} s`;
  const seconds = `${measured.seconds.toFixed(measured.seconds < 100 ? 1 : 0)} s`;
  if (ours?.kind !== 'took') return seconds;
  return `${seconds} (${(measured.seconds / ours.seconds).toFixed(1)}×)`;
}

function memory(measured: readonly (Measured | undefined)[]): string {
  const peaks = measured.map((one) => (one?.kind === 'took' ? one.memory : 0));
  const peak = Math.max(...peaks);
  return peak === 0 ? '–' : `${(peak / 1e6).toFixed(0)} MB`;
}

function sameForAll(all: readonly Result[], containerStarts: readonly number[]): string {
  const own = (operation: Operation) => find(all, { tool: 'empty', projects: 0, delay: 0, operation });
  const rows = [
    ['An empty Pulumi program: no-op run, what the goals compare with', cell(own('no-op'), undefined)],
    ['An empty Pulumi program: drift check', cell(own('drift'), undefined)],
    ['An empty Pulumi program: memory, peak', memory(operations.map(own))],
    [
      `Start of one app container by systemd (median of ${containerStarts.length}), the same for every tool`,
      containerStarts.length === 0 ? '–' : `${(median(containerStarts) * 1000).toFixed(0)} ms`,
    ],
  ];
  return table([['What', 'Measured'], ...rows]);
}

function table([head = [], ...rows]: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
