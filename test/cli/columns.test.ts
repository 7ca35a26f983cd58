import { stripVTControlCharacters, styleText } from 'node:util';
import { describe, expect, test } from 'vitest';
import { columns } from '../../cli/columns.ts';
import { planText } from '../../cli/plan-text.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { hosting } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';

const longest = (text: string) => Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).length));
/** What stands there, wherever its lines are broken. */
const letters = (text: string) => [...text.replaceAll(/\s/g, '')].sort().join('');

describe('the plan on a terminal', () => {
  const plan = planned({ settings: hosting('production'), projects: hostedProjects });

  test.each([60, 80, 100])('of %i columns is no wider, and nothing of it is left out', (width) => {
    const text = planText(plan, undefined, width);
    expect(longest(text)).toBeLessThanOrEqual(width);
    expect(letters(text)).toBe(letters(planText(plan)));
  });

  test('that is wide enough, and in a pipe, breaks no line', () => {
    expect(planText(plan, undefined, 1000)).toBe(planText(plan));
  });
});

describe('columns', () => {
  test('the widest give way, and each line keeps the colour of its cell', () => {
    const red = styleText('red', 'seven words, one-of-them oneofthemwithoutend', { validateStream: false });
    const lines = columns([['name', red]], 20);
    expect(lines.map(stripVTControlCharacters)).toEqual([
      '  name  seven words,',
      '        one-of-them',
      '        oneofthemwit',
      '        houtend',
    ]);
    for (const line of lines) expect(line).toMatch(/\u001b\[31m\w.*\u001b\[39m$/);
  });

  test('are not narrower than can be read', () => {
    expect(longest(columns([['0123456789', '0123456789']], 5).join('\n'))).toBe(2 + 8 + 2 + 8);
  });
});
