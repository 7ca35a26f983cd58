import { expect, test } from 'vitest';
import type { OnServer } from '../../../cli/sweep/found.ts';
import { removalsOf } from '../../../cli/sweep/server-removals.ts';

const shop = { project: 'shop', pullRequest: 7 };
const on = { server: 'main' };

test('S3.2, S4.6: the preview goes before the databases that it shares', () => {
  const things: OnServer[] = [
    { ...on, kind: 'pod', name: 'project-shop-shared-pr-7' },
    { ...on, kind: 'container', name: 'shop-shared-pr-7-postgres' },
    { ...on, kind: 'workload', name: 'shop-pr-7' },
    { ...on, kind: 'container', name: 'shop-pr-7-app' },
    { ...on, kind: 'lease', name: 'shop-pr-7/app', owner: 'codeb-infra/shop-pr-7', port: 4000 },
    { ...on, kind: 'certificate', name: 'pr-7.shop.example.org' },
    { ...on, kind: 'record', name: 'pr-7.shop.example.org', zone: 'example.org', type: 'A', owner: 'x/shop-pr-7' },
  ];
  expect(removalsOf(shop, things)).toEqual([
    { slug: 'shop-pr-7', words: ['container:shop-pr-7-app', 'certificate:pr-7.shop.example.org'] },
    { slug: 'shop-shared-pr-7', words: ['container:shop-shared-pr-7-postgres'] },
  ]);
});

test('a server that has names alone is asked for nothing', () => {
  const name = 'pr-7.shop.example.org';
  expect(removalsOf(shop, [{ ...on, kind: 'record', name, zone: 'example.org', type: 'A', owner: 'x/y' }])).toEqual([]);
});
