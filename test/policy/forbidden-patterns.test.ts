import { expect, test } from 'vitest';
import { findForbidden } from '../../policy/forbidden-patterns.ts';

const failure = 'a failure passes for a success';
const everybody = 'everybody on the machine may change it';
const root = 'the container may do what root of the machine may';

/** Put together here: written out, they would be what the scan refuses. */
const forbidden = [
  [['||', 'true'].join(' '), failure],
  [['||', 'true'].join(''), failure],
  [['@ts', 'ignore'].join('-'), 'a type error is hidden, not mended'],
  [['eslint', 'disable-next-line'].join('-'), "a linter's finding is hidden, not mended"],
  [['chmod', '777 x'].join(' '), everybody],
  [['chmod', '-R', '0777 x'].join(' '), everybody],
  [['--', 'privileged'].join(''), root],
  [['Privileged', 'true'].join('='), root],
] as const;

test.each(forbidden)('S4.10: "%s" is found with its line, and why: %s', (text, why) => {
  const [found, ...more] = findForbidden(`a\n\tb\n${text}\n`);
  expect(found).toMatchObject({ line: 3, why });
  expect(text).toContain(found?.pattern);
  expect(more).toEqual([]);
});

test.each([
  'a || trueness',
  '@ts-expect-error',
  'chmod 0755 x',
  'chmod 7770 x',
  '--unixsocketperm 777',
  `--${'privileged'}=false`,
  `${'Privileged'}=false`,
  'NoNewPrivileges=true',
])('S4.10: "%s" is no such thing', (text) => {
  expect(findForbidden(text)).toEqual([]);
});
