import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { destroyStack } from '../../../cli/sweep/engine.ts';
import { isDead, locksIn } from '../../../cli/sweep/stack-lock.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const hour = 3600 * 1000;

test.each(['production', 'staging', 'preview', 'pr-1', 'blog-pr-1'])(
  'S3.2: the stack %s is never destroyed',
  async (stack) => {
    await expect(destroyStack(stack, [{ name: 'shop' }])).rejects.toThrow(`stack '${stack}' is protected`);
  },
);

test('who holds a stack is read from what the engine says', () => {
  const said = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete them.
  s3://state/.pulumi/locks/organization/codeb-infra/shop-pr-7/a.json: created by runner@fv-az1 (pid 12) at 2026-11-20T09:00:00Z
  s3://state/.pulumi/locks/organization/codeb-infra/shop-pr-7/b.json: created by me@desk (pid 34) at 2026-11-20T11:00:00+01:00`;
  expect(locksIn(said)).toEqual([
    { host: 'fv-az1', pid: 12, at: now - 3 * hour },
    { host: 'desk', pid: 34, at: now - 2 * hour },
  ]);
  expect(locksIn('error: update failed')).toEqual([]);
});

test.each([
  ['elsewhere, a moment ago', { host: 'elsewhere', pid: 1, at: now }, false],
  ['elsewhere, longer ago than any run takes', { host: 'elsewhere', pid: 1, at: now - 4 * hour }, true],
  ['this machine, and its process runs', { host: hostname(), pid: process.pid, at: now }, false],
  ['this machine, and its process has ended', { host: hostname(), pid: 4_190_000, at: now }, true],
  ['nobody knows when', { host: 'elsewhere', pid: 1, at: NaN }, false],
])('a lock of %s', async (_, lock, dead) => {
  expect(await isDead(lock, now, hostname())).toBe(dead);
});
