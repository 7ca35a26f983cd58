import { expect, test } from 'vitest';
import { foundOn } from '../../../cli/sweep/world.ts';

const record = (zone: string) => ({
  ...({ kind: 'record', type: 'A', server: 'main', owner: 'codeb-infra/shop-pr-7' } as const),
  ...{ zone, name: `pr-7.shop.${zone}` },
});

test('S3.2: a zone whose transfer is refused hides no record of another, and is told', async () => {
  const server = {
    list: async () => [],
    zones: ['a.example', 'b.example', 'c.example'],
    records: async (zone: string) => {
      if (zone === 'b.example') throw new Error('REFUSED');
      return [record(zone)];
    },
  };
  const told: string[] = [];
  const attempt = <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> =>
    ask().catch((error: unknown) => {
      told.push(`${what}: ${String(error)}`);
      return undefined;
    });
  expect(await foundOn('main', server, attempt)).toEqual([record('a.example'), record('c.example')]);
  expect(told).toEqual(['zone b.example on the name server of main: Error: REFUSED']);
});
