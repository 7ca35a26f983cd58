import { expect, test } from 'vitest';
import { isNewEnough } from '../../sandbox/pulumi-cli.ts';

test.each([
  ['v3.250.0', true],
  ['3.251.3\n', true],
  ['v3.249.9', false],
  ['v4.0.0', false],
  ['', false],
  ['unknown', false],
])('Pulumi %j will do: %s', (version, will) => {
  expect(isNewEnough(version)).toBe(will);
});
