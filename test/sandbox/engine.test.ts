import { expect, test } from 'vitest';
import { hardLimit } from '../../sandbox/engine.ts';

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             95884                95884                processes
Max open files            1024                 2048                 files
`;

test('a box gets what it needs and no more than this process may have', () => {
  expect(hardLimit('nofile', limits)).toBe(2048);
  expect(hardLimit('nproc', limits)).toBe(30_000);
  expect(hardLimit('nofile', 'Max open files            1024                 unlimited            files')).toBe(4096);
});
