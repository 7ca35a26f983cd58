import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrings, writeStrings } from '../../provider/dns/presentation.ts';
import { fromZone, sameValues, toZone } from '../../provider/dns/values.ts';

describe('character-strings', () => {
  test.each([
    ['"v=1;   a b"', ['v=1;   a b']],
    ['"aa" "bb"', ['aa', 'bb']],
    ['"aa""bb"', ['aa', 'bb']],
    ['bare "quoted" ""', ['bare', 'quoted', '']],
    [String.raw`"a \"b\" \\ \195\169 \065"`, [String.raw`a "b" \ é A`]],
    [String.raw`one\ string`, ['one string']],
    ['', []],
  ])('%s', (text, strings) => {
    expect(parseStrings(text)?.map(String)).toEqual(strings);
  });

  test.each(['"never closed', '"aa" "', String.raw`"\256"`, 'ends with \\'])('%s is none', (text) => {
    expect(parseStrings(text)).toBeUndefined();
  });

  test('are read as they were written, whatever is in them', () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 255 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(strings, (given) => {
        expect(parseStrings(writeStrings(given))).toEqual(given);
      }),
    );
  });
});

describe('text', () => {
  test.each([
    ['v=1; "quoted" text', String.raw`"v=1; \"quoted\" text"`],
    ['two  blanks', '"two  blanks"'],
    ['"aa" "bb"', '"aa" "bb"'],
    ['C:\\new', String.raw`"C:\\new"`],
    ['café', String.raw`"caf\195\169"`],
    ['two\nlines', String.raw`"two\010lines"`],
    ['x'.repeat(300), `"${'x'.repeat(255)}" "${'x'.repeat(45)}"`],
    [String.raw`"\"begins\" with a quote"`, String.raw`"\"begins\" with a quote"`],
    ['""', '""'],
    [String.raw`"\255"`, String.raw`"\255"`],
  ])('%j is %j in a zone and comes back', (value, zoned) => {
    expect(toZone('TXT', value)).toBe(zoned);
    expect(fromZone('TXT', zoned)).toBe(value);
  });

  test('comes back from every server the same', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => {
        const value = fromZone('TXT', toZone('TXT', text));
        expect(sameValues('TXT', [value], [text])).toBe(true);
      }),
    );
  });

  test('what is no text in quotes is left to the name server to refuse', () => {
    expect(toZone('TXT', '"never closed')).toBe('"never closed');
  });
});

test('an IPv6 address is written in one way (RFC 5952)', () => {
  expect(toZone('AAAA', '2001:DB8:0:0::10')).toBe('2001:db8::10');
  expect(toZone('AAAA', '::FFFF:192.0.2.1')).toBe('::ffff:192.0.2.1');
  expect(toZone('AAAA', 'not-an-address')).toBe('not-an-address');
});

test('sets are the same whatever the order and the way of writing', () => {
  expect(sameValues('AAAA', ['2001:db8::2', '2001:DB8::1'], ['2001:db8:0::1', '2001:db8::2'])).toBe(true);
  expect(sameValues('AAAA', ['2001:db8::1', '2001:DB8::1'], ['2001:db8::1'])).toBe(true);
  expect(sameValues('CNAME', ['a.example.org'], ['a.example.org.'])).toBe(true);
  expect(sameValues('TXT', ['aa bb'], ['aa  bb'])).toBe(false);
  expect(sameValues('TXT', ['"aa" "bb"'], ['aabb'])).toBe(false);
  expect(sameValues('A', ['192.0.2.1'], ['192.0.2.1', '192.0.2.2'])).toBe(false);
});
