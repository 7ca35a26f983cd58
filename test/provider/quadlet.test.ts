import { expect, test } from 'vitest';
import { containerOf, imagesOf, serviceOf, usesOf } from '../../provider/quadlet.ts';

const units = {
  'shop.network': { content: '[Network]\nNetworkName=shop\n', restartOn: [] },
  'project-shop.pod': { content: '[Pod]\nNetwork=shop.network\n', restartOn: [] },
  'shop-app.container': {
    content: '[Container]\nImage=ghcr.io/shop/app:1\nContainerName=shop-app\nPod=project-shop.pod\n',
    restartOn: ['config/app.env'],
  },
  'shop-redis.container': {
    content: '[Container]\nImage=docker.io/library/redis:7\nPod=project-shop.pod\n',
    restartOn: [],
  },
};

test('services and containers are named as Quadlet names them (S4.5)', () => {
  expect(Object.keys(units).map(serviceOf)).toEqual([
    'shop-network.service',
    'project-shop-pod.service',
    'shop-app.service',
    'shop-redis.service',
  ]);
  expect(containerOf('shop-app.container', units['shop-app.container'].content)).toBe('shop-app');
  expect(containerOf('shop-redis.container', units['shop-redis.container'].content)).toBe('systemd-shop-redis');
  expect(imagesOf(units)).toEqual(['docker.io/library/redis:7', 'ghcr.io/shop/app:1']);
});

test('a service restarts with its files, its pod and its network, and not with its neighbours', () => {
  expect(usesOf(units, 'shop-app.container')).toEqual([
    'files/config/app.env',
    'units/project-shop.pod',
    'units/shop-app.container',
    'units/shop.network',
  ]);
  expect(usesOf(units, 'shop.network')).toEqual(['units/shop.network']);
});
