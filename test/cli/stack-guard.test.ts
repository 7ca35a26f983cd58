import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayDestroy } from '../../cli/stack-guard.ts';
import { run } from '../../sandbox/run.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'may-destroy.ts');

describe('S3.1, S3.2: CI destroys previews and nothing else', () => {
  test('a preview', () => {
    expect(mayDestroy('pr-12')).toEqual({ kind: 'allowed', stack: 'pr-12', pullRequest: 12 });
    expect(mayDestroy('pr-12', 12)).toMatchObject({ kind: 'allowed' });
  });

  test('not the preview of another pull request', () => {
    expect(mayDestroy('pr-12', 1)).toEqual({
      kind: 'refused',
      reason: "stack 'pr-12' is of another pull request: expected pr-1, nothing was destroyed",
    });
  });

  test.each([
    'production',
    'staging',
    'preview',
    '',
    'pr-',
    'pr-0',
    'pr-012',
    'pr-1a',
    'PR-1',
    'pr-1 ',
    'pr-1\n',
    ' pr-1',
    'xpr-1',
    'organization/codeb-infra/pr-1',
    'pr-1/../production',
    'pr-1.5',
    'pr-١',
  ])('%j counts as protected', (stack) => {
    expect(mayDestroy(stack)).toMatchObject({ kind: 'refused' });
  });

  test('no other name gets by', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'pr-019 /\n') })), (stack) => {
        if (mayDestroy(stack).kind === 'allowed') expect(stack).toMatch(/^pr-[1-9][0-9]*$/);
      }),
    );
  });

  test('as a command, by its exit code', async () => {
    expect(await run(process.execPath, [command, 'pr-3'])).toMatchObject({ code: 0 });
    const refused = await run(process.execPath, [command, 'production']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("stack 'production' is protected: expected pr-{n}");
    expect(await run(process.execPath, [command])).toMatchObject({ code: 1 });
  });
});
