import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blot } from '../../provider/blot.ts';
import { checked } from '../../provider/check.ts';
import { changedKeys } from '../../provider/diff.ts';
import { markedLike, plain, secret, secretStrings, unknown, type Value } from '../../provider/property-values.ts';
import { portLease, recordSet, workload } from '../../provider/schema.ts';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Value>;

describe('secret marks', () => {
  test('come back at the places where they were', () => {
    fc.assert(
      fc.property(json, fc.string(), (value, text) => {
        const marked = { open: value, closed: secret(text), list: [secret(text), value] };
        expect(markedLike(marked, plain(marked))).toEqual(marked);
      }),
    );
  });

  test('name every string below them and no other', () => {
    const marked = { open: 'seen', closed: secret({ a: 'one', b: ['two'] }) };
    expect(secretStrings(marked)).toEqual(['one', 'two']);
  });
});

describe('check', () => {
  test('reports every mistake at once with its path', () => {
    const { failures } = checked(workload, {
      slug: 'Bad Name',
      directory: 'relative',
      files: { '../up': { content: '' } },
      more: 1,
    });
    expect(failures.map(({ property }) => property).sort()).toEqual(['', 'directory', 'files.../up', 'slug']);
  });

  const reading = (path: string) => ({ units: { 'shop.pod': { content: '', restartOn: [path] } } });
  const password = '{{password /srv/shop/config/redis.password}}';

  test.each([
    ['slug', { slug: 'Shop' }, 'expected lower-case letters, digits and inner hyphens (RFC 1123)'],
    ['directory', { directory: 'shop' }, 'expected an absolute path of plain characters'],
    ['', { flies: {} }, "unknown key 'flies'"],
    [
      'units.shop.timer',
      { units: { 'shop.timer': { content: '' } } },
      'expected a Quadlet unit: *.container, *.pod, …',
    ],
    ['folders.app', { folders: { app: '755' } }, "expected an octal mode such as '0640'"],
    ['units.shop.pod.restartOn.0', reading('/app.env'), 'expected a relative path of plain characters'],
    ['units.shop.pod.restartOn.0', reading('../app.env'), 'must not leave the project folder'],
    [
      'files.app.env.content',
      { files: { 'app.env': { content: `URL=${password}\nTOKEN={{secret TOKEN}}\n` } } },
      'names passwords or secrets that the workload was not given: /srv/shop/config/redis.password, TOKEN',
    ],
  ])('says what is wrong with %s of a workload: %j: %s', (property, change, reason) => {
    const { failures } = checked(workload, { slug: 'shop', directory: '/srv/shop', ...change });
    expect(failures).toEqual([{ property, reason }]);
  });

  test('says what is wrong with the owner of a port and with the name of a record', () => {
    expect(checked(portLease, { owner: 'shop', range: { from: 4000, to: 4999 } }).failures).toEqual([
      { property: 'owner', reason: "expected '{slug}/{purpose}'" },
    ]);
    const set = { zone: 'codeb.dev', name: '-www.codeb.dev', type: 'A', values: ['192.0.2.1'] };
    expect(checked(recordSet, set).failures).toEqual([
      { property: 'name', reason: 'expected a DNS name, no final dot' },
    ]);
  });

  test('S3.3: refuses secret variables that nothing was sealed for', () => {
    const inputs = { slug: 'shop', directory: '/srv/shop', secrets: { TOKEN: 'a fingerprint' } };
    expect(checked(workload, { ...inputs, sealed: '' }).failures).toEqual([
      {
        property: 'sealed',
        reason: 'is empty: the server has told no key to seal secret variables to; prepare it again',
      },
    ]);
    expect(checked(workload, { ...inputs, sealed: unknown }).failures).toEqual([]);
  });

  test('lets a value pass that is not known yet, and fills in defaults once all are', () => {
    const range = { from: 4000, to: 4999 };
    expect(checked(portLease, { owner: 'a/app', range: unknown }).failures).toEqual([]);
    expect(checked(portLease, { owner: 'a/app', range }).inputs).toEqual({
      owner: 'a/app',
      range,
      reserved: [],
      before: [],
    });
  });

  test('refuses a record set outside of its zone (S2.4)', () => {
    const set = { zone: 'codeb.dev', name: 'www.other.dev', type: 'A', values: ['192.0.2.1'] };
    expect(checked(recordSet, set).failures).toEqual([{ property: 'name', reason: 'is outside of its zone' }]);
  });
});

test('a diff sees through secret marks', () => {
  const before = { a: secret('x'), b: [1] };
  expect(changedKeys(before, { a: 'x', b: [1] })).toEqual([]);
  expect(changedKeys(before, { a: 'y', b: [1, 2], c: null })).toEqual(['a', 'b']);
});

test('messages lose the lines, the values and the passwords of a secret file', () => {
  const file = 'DATABASE_URL=postgres://app:hunter2hunter2@127.0.0.1/app\nTOKEN=abcdefghij\n';
  const log = 'password hunter2hunter2 refused for token abcdefghij at 127.0.0.1';
  expect(blot(log, [file])).toBe('password [secret] refused for token [secret] at 127.0.0.1');
});
