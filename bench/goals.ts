/** What was aimed at before anything was measured, and whether it holds. */
import { find, type Result, type Wanted } from './results.ts';

export interface Verdict {
  readonly goal: string;
  /** The two numbers that it is about, or why there are none. */
  readonly found: string;
  readonly holds: boolean | undefined;
}

interface Goal {
  readonly goal: string;
  /** Whose seconds are to be no more than `factor` times those of `right`. */
  readonly left: Wanted;
  readonly right: Wanted;
  /** How much of `right` is allowed. */
  readonly factor: number;
  /** Both are divided by their number of projects. */
  readonly each?: true;
}

const delay = 50;
const codeb = { tool: 'codeb', delay } as const;
const empty = { tool: 'empty', projects: 0, delay: 0, operation: 'no-op' } as const;

const goals: readonly Goal[] = [
  {
    goal: 'First run of 20 projects at 50 ms: at most a quarter of bare Pulumi’s',
    left: { ...codeb, projects: 20, operation: 'first' },
    right: { tool: 'bare', delay, projects: 20, operation: 'first' },
    factor: 1 / 4,
  },
  {
    goal: 'First run of 20 projects at 50 ms: at most a thirtieth of pyinfra’s',
    left: { ...codeb, projects: 20, operation: 'first' },
    right: { tool: 'pyinfra', delay, projects: 20, operation: 'first' },
    factor: 1 / 30,
  },
  {
    goal: 'No-op of 100 projects at 50 ms: at most 1.5 times an empty program',
    left: { ...codeb, projects: 100, operation: 'no-op' },
    right: empty,
    factor: 1.5,
  },
  {
    goal: 'Drift check of 100 projects at 50 ms: at most 2 times an empty program',
    left: { ...codeb, projects: 100, operation: 'drift' },
    right: empty,
    factor: 2,
  },
  {
    goal: 'First run at 50 ms, time a project: less with 100 projects than with 20',
    left: { ...codeb, projects: 100, operation: 'first' },
    right: { ...codeb, projects: 20, operation: 'first' },
    factor: 1,
    each: true,
  },
];

export function verdicts(all: readonly Result[]): Verdict[] {
  return goals.map(({ goal, left, right, factor, each }) => {
    const [a, b] = [secondsOf(all, left, each), secondsOf(all, right, each)];
    if (a === undefined || b === undefined) return { goal, found: 'not measured', holds: undefined };
    return { goal, found: `${shown(a)} against ${shown(b)}: ${(a / b).toFixed(3)}`, holds: a <= factor * b };
  });
}

function secondsOf(all: readonly Result[], wanted: Wanted, each: true | undefined): number | undefined {
  const measured = find(all, wanted);
  if (measured?.kind !== 'took') return undefined;
  return each === true ? measured.seconds / wanted.projects : measured.seconds;
}

function shown(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}
