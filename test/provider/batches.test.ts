import { expect, test } from 'vitest';
import { Batches } from '../../provider/batches.ts';

const server = {};
const atOnce = () => Promise.resolve();

test('what is asked for in the same moment goes together, and later items into the next batch', async () => {
  const runs: number[][] = [];
  const batches = new Batches<object, number>(
    atOnce,
    async (_key, items) => {
      runs.push(items);
      if (items.includes(1)) void batches.add(server, 9);
      await Promise.resolve();
    },
    () => true,
  );
  await Promise.all([1, 2, 3].map((item) => batches.add(server, item)));
  await batches.add(server, 10);
  expect(runs[0]).toEqual([1, 2, 3]);
  expect(runs.slice(1).flat()).toEqual([9, 10]);
});

test('what arrives while a batch waits for company goes with it', async () => {
  const runs: number[][] = [];
  const company = Promise.withResolvers<undefined>();
  const batches = new Batches<object, number>(
    () => company.promise,
    async (_key, items) => void runs.push(items),
    () => true,
  );
  const first = batches.add(server, 1);
  await new Promise((resolve) => setImmediate(resolve));
  const second = batches.add(server, 2);
  company.resolve(undefined);
  await Promise.all([first, second]);
  expect(runs).toEqual([[1, 2]]);
});

test('one bad item fails alone', async () => {
  const batches = new Batches<object, string>(
    atOnce,
    async (_key, items) => {
      if (items.includes('bad')) throw new Error('refused');
    },
    () => true,
  );
  const results = await Promise.allSettled(['a', 'bad', 'b'].map((item) => batches.add(server, item)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
