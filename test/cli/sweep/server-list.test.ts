import { expect, test } from 'vitest';
import { parseServerList } from '../../../cli/sweep/server-list.ts';

const server = 'main';

test('S3.2: what a server lists, with the time and the owner that it tells', () => {
  const text = `workload shop-pr-7 1764547200 codeb-infra/shop-pr-7
workload shop-pr-8 - -
site shop-pr-7 1764547201 - pr-7.shop.example.org http://pr-7.shop.example.org:8080
lease shop-pr-7/app 1764547202 codeb-infra/shop-pr-7 4711
container shop-pr-7-app - -
`;
  expect(parseServerList(server, text)).toEqual([
    { server, kind: 'workload', name: 'shop-pr-7', at: 1764547200000, owner: 'codeb-infra/shop-pr-7' },
    { server, kind: 'workload', name: 'shop-pr-8' },
    {
      ...{ server, kind: 'site', name: 'shop-pr-7', at: 1764547201000 },
      addresses: ['pr-7.shop.example.org', 'http://pr-7.shop.example.org:8080'],
    },
    { server, kind: 'lease', name: 'shop-pr-7/app', at: 1764547202000, owner: 'codeb-infra/shop-pr-7', port: 4711 },
    { server, kind: 'container', name: 'shop-pr-7-app' },
  ]);
});

test.each(['workload shop-pr-7', 'workload shop-pr-7  -', 'workload shop-pr-7 soon -', 'pet shop-pr-7 - -'])(
  '%j is refused: an age that is misread could remove a preview',
  (line) => {
    expect(() => parseServerList(server, line)).toThrow(`server main lists what nobody knows: '${line}'`);
  },
);
