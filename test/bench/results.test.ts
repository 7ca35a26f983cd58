import { describe, expect, test } from 'vitest';
import { casesOf } from '../../bench/cases.ts';
import { betweenMarkers } from '../../bench/document.ts';
import { verdicts } from '../../bench/goals.ts';
import { median, merged, type Result, resultOf } from '../../bench/results.ts';
import { projects, withChangedImage } from '../../bench/work.ts';

const took = (seconds: number, memory = 1) => ({ kind: 'took', seconds, memory }) as const;

describe('cases', () => {
  const choice = { tools: ['codeb', 'ansible'], projects: [20, 50], delays: [50] } as const;
  const named = (slow: boolean) => casesOf({ ...choice, slow }).map(({ tool, projects }) => `${tool} ${projects}`);

  test('begin with the empty program and leave the slow tools out beyond 20 projects', () => {
    expect(named(false)).toEqual(['empty 0', 'codeb 20', 'ansible 20', 'codeb 50']);
    expect(named(true)).toEqual(['empty 0', 'codeb 20', 'ansible 20', 'codeb 50', 'ansible 50']);
  });
});

describe('work', () => {
  test('a changed image is one other file', () => {
    const files = (from: ReturnType<typeof projects>) => from.flatMap((one) => one.files.map((file) => file.content));
    const [before, after] = [files(projects(3)), files(withChangedImage(projects(3)))];
    expect(after.filter((content, index) => content !== before[index])).toHaveLength(1);
  });
});

describe('results', () => {
  test('are the median of the rounds and the highest memory', () => {
    const one = { tool: 'codeb', projects: 1, delay: 0 } as const;
    const rounds = [{ first: took(3, 10) }, { first: took(1, 30) }, { first: took(2, 20) }];
    expect(resultOf(one, rounds).operations).toEqual({ first: { kind: 'took', seconds: 2, memory: 30, rounds: 3 } });
    expect(median([1, 2, 3, 4])).toBe(2.5);
  });

  test('do not hide a round that failed', () => {
    const failed = { kind: 'failed', reason: 'no' } as const;
    const result = resultOf({ tool: 'bare', projects: 1, delay: 0 }, [{ first: took(1) }, { first: failed }]);
    expect(result.operations.first).toEqual(failed);
  });
});

describe('results of several runs', () => {
  const part = (versions: Record<string, string>, ...results: Result[]) => ({
    ...{ machine: 'a machine', containerStarts: [1], versions },
    results,
  });
  const one = (tool: Result['tool'], projects: number, delay: number, seconds: number): Result => ({
    ...{ tool, projects, delay },
    operations: { first: { ...took(seconds), rounds: 1 } },
  });

  test('stand in the order of one run, and the first that measured a case counts', () => {
    const { results, versions } = merged([
      part({ a: '1' }, one('codeb', 20, 50, 1), one('codeb', 100, 50, 2), one('codeb', 20, 0, 3)),
      part({ b: '2' }, one('codeb', 20, 50, 9), one('ansible', 50, 50, 4)),
    ]);
    expect(versions).toEqual({ a: '1', b: '2' });
    const shown = results.map(({ tool, projects, delay }) => `${tool} ${projects} ${delay}`);
    expect(shown).toEqual(['codeb 20 50', 'ansible 50 50', 'codeb 100 50', 'codeb 20 0']);
    expect(results[0]?.operations.first).toMatchObject({ seconds: 1 });
  });
});

describe('goals', () => {
  const first = (tool: Result['tool'], projects: number, seconds: number): Result => ({
    ...{ tool, projects, delay: 50 },
    operations: { first: { ...took(seconds), rounds: 1 } },
  });

  test('hold, do not, or were not measured', () => {
    const held = verdicts([first('codeb', 20, 2), first('codeb', 100, 12), first('bare', 20, 8)]);
    expect(held.map(({ holds }) => holds)).toEqual([true, undefined, undefined, undefined, false]);
  });
});

describe('document', () => {
  const text = '# Title\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nrest\n';

  test('keeps what people wrote around the markers', () => {
    const once = betweenMarkers(text, 'new');
    expect(once).toBe('# Title\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\nrest\n');
    expect(betweenMarkers(once, 'new')).toBe(once);
  });

  test('without markers is refused', () => {
    expect(() => betweenMarkers('# Title\n', 'new')).toThrow('has no lines');
  });
});
