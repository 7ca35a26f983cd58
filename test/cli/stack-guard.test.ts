import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayDestroy } from '../../cli/stack-guard.ts';
import { run } from '../../sandbox/run.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'may-destroy.ts');

const projects = [{ name: 'shop' }, { name: 'shop-admin' }];

describe('S3.1, S3.2: CI destroys previews and nothing else', () => {
  test.each([
    ['shop-pr-12', 'shop', 12],
    ['shop-admin-pr-1', 'shop-admin', 1],
  ])('%s is a preview', (stack, project, pullRequest) => {
    expect(mayDestroy(stack, projects)).toEqual({ kind: 'allowed', stack, project, pullRequest });
  });

  test.each([
    'production',
    'staging',
    'preview',
    '',
    'pr-12',
    'shop',
    'shop-pr-',
    'shop-pr-0',
    'shop-pr-012',
    'shop-pr-1a',
    'SHOP-PR-1',
    'shop-pr-1 ',
    'shop-pr-1\n',
    ' shop-pr-1',
    'xshop-pr-1',
    'shop-other-pr-1',
    'shop-pr-1-pr-2',
    'organization/codeb-infra/shop-pr-1',
    'shop-pr-1/../production',
    'shop-pr-1.5',
    'shop-pr-١',
    'shop-pr-12345678901',
  ])('%j counts as protected', (stack) => {
    expect(mayDestroy(stack, projects)).toMatchObject({ kind: 'refused' });
  });

  test('no other name gets by', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('shop', '-pr-', '-', '0', '1', '9', ' ', '/', '\n') })),
        (stack) => {
          if (mayDestroy(stack, projects).kind === 'allowed') expect(stack).toMatch(/^shop-pr-[1-9][0-9]*$/);
        },
      ),
    );
  });

  test('as a command, by its exit code', async () => {
    expect(await run(process.execPath, [command, 'celly-creative-pr-3'])).toMatchObject({ code: 0 });
    const refused = await run(process.execPath, [command, 'production']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("stack 'production' is protected: expected {project}-pr-{n} of a hosted project");
    expect(await run(process.execPath, [command, 'unknown-pr-3'])).toMatchObject({ code: 1 });
    expect(await run(process.execPath, [command])).toMatchObject({ code: 1 });
    // Help is no permission.
    const help = await run(process.execPath, [command, '--help']);
    expect(help).toMatchObject({ code: 1, stdout: expect.stringContaining('whether CI may destroy a stack') });
    expect(await run(process.execPath, [command, 'celly-creative-pr-3', 'production'])).toMatchObject({ code: 1 });
  });
});
