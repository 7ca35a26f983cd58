/** S3.2: production's hosts in values of other environments, however they are written. */
import { describe, expect, test } from 'vitest';
import { hostIn } from '../../stacks/isolation.ts';

const hosts = ['shop.example.org'];

describe('S3.2: a host of production is found', () => {
  test.each([
    'https%3A%2F%2Fshop.example.org',
    'https://login.example.com/?next=https%3a%2f%2fSHOP.example.org%2fcart',
    'https://login.example.com/?next=https%3A%2F%2Fa.example%2F%3Fback%3Dhttps%253A%252F%252Fshop.example.org',
    'shop%2Eexample%2Eorg',
    '100%&url=%2F%2Fshop.example.org',
  ])('in %s', (value) => {
    expect(hostIn(value, hosts)).toBe('shop.example.org');
  });
});

test.each([
  '%',
  '%zz',
  '%E0%A4%A',
  '%ff%fe',
  '%25',
  '%2',
  'https%3A%2F%2Fmore-shop.example.org',
  '%61shop.example.org',
])('S3.2: %s is fine', (value) => {
  expect(hostIn(value, hosts)).toBeUndefined();
});
