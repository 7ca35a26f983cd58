/** What a run of the benchmark has found, as `--json` writes it. */
import { z } from 'zod';
import { type Case, toolNames } from './cases.ts';
import type { Round } from './round.ts';
import { type Operation, operations } from './tool.ts';

const measured = z.discriminatedUnion('kind', [
  /** Median of the rounds, in seconds; the highest memory in bytes. */
  z.object({ kind: z.literal('took'), seconds: z.number(), memory: z.number(), rounds: z.int() }),
  z.object({ kind: z.literal('over'), deadline: z.number() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);

const result = z.object({
  tool: z.enum([...toolNames, 'empty']),
  projects: z.int(),
  delay: z.number(),
  operations: z.partialRecord(z.enum(operations), measured),
});

export const results = z.object({
  machine: z.string(),
  versions: z.record(z.string(), z.string()),
  /** Seconds of each start of one app container. */
  containerStarts: z.array(z.number()),
  results: z.array(result),
});

export type Measured = z.output<typeof measured>;
export type Result = z.output<typeof result>;
export type Results = z.output<typeof results>;

export function resultOf(one: Case, rounds: readonly Round[]): Result {
  const found: Result['operations'] = {};
  for (const operation of operations) {
    const combined = combine(operation, rounds);
    if (combined !== undefined) found[operation] = combined;
  }
  return { ...one, operations: found };
}

/** Runs of a part each as one, in the order of a single run; of a case that several measured, the first counts. */
export function merged(parts: readonly Results[]): Results {
  const [first] = parts;
  if (first === undefined) throw new Error('no results: expected those of one run at least');
  const caseOf = ({ tool, projects, delay }: Result): string => `${tool} ${projects} ${delay}`;
  const all = new Map(parts.flatMap(({ results }) => results.map((one) => [caseOf(one), one] as const)).toReversed());
  return {
    ...first,
    versions: Object.fromEntries(parts.flatMap(({ versions }) => Object.entries(versions))),
    results: [...all.values()].toSorted((a, b) => b.delay - a.delay || a.projects - b.projects),
  };
}

/** One round that did not end well spoils the cell. */
function combine(operation: Operation, rounds: readonly Round[]): Measured | undefined {
  const runs = rounds.map((round) => round[operation]).filter((run) => run !== undefined);
  const bad = runs.find((run) => run.kind !== 'took');
  if (bad !== undefined) return bad;
  const good = runs.filter((run) => run.kind === 'took');
  if (good.length === 0) return undefined;
  return {
    kind: 'took',
    seconds: median(good.map(({ seconds }) => seconds)),
    memory: Math.max(...good.map(({ memory }) => memory)),
    rounds: good.length,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export interface Wanted {
  readonly tool: Result['tool'];
  readonly projects: number;
  readonly delay: number;
  readonly operation: Operation;
}

export function find(all: readonly Result[], { tool, projects, delay, operation }: Wanted): Measured | undefined {
  return all.find((one) => one.tool === tool && one.projects === projects && one.delay === delay)?.operations[
    operation
  ];
}
