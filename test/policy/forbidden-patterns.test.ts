import { expect, test } from 'vitest';
import { findForbidden } from '../../policy/forbidden-patterns.ts';

/** Put together here: written out, they would be what the scan refuses. */
const forbidden = [
  ['||', 'true'].join(' '),
  ['||', 'true'].join(''),
  ['@ts', 'ignore'].join('-'),
  ['eslint', 'disable-next-line'].join('-'),
  ['chmod', '777 x'].join(' '),
  ['chmod', '-R', '0777 x'].join(' '),
  ['--', 'privileged'].join(''),
  ['Privileged', 'true'].join('='),
];

test.each(forbidden)('S4.10: "%s" is found with its line', (text) => {
  const [found, ...more] = findForbidden(`a\n\tb\n${text}\n`);
  expect(found).toMatchObject({ line: 3 });
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
