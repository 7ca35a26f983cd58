/** Values of record sets: as people write them, as a zone has them, and when they mean the same. */
import { isIPv6, SocketAddress } from 'node:net';
import type { RecordSetInputs } from '../schema.ts';
import { parseStrings, writeStrings } from './presentation.ts';

const named = new Set(['CNAME', 'MX']);

/** Bytes that a character-string has at the most: RFC 1035, section 3.3. */
const longest = 255;

/** As a zone file writes it, each meaning in one way: names end with a dot, text stands in quotes. */
export function toZone(type: string, value: string): string {
  if (named.has(type) && !value.endsWith('.')) return `${value}.`;
  // What is no address, or no text, is the name server's to refuse.
  if (type === 'AAAA' && isIPv6(value)) return new SocketAddress({ address: value, family: 'ipv6' }).address;
  if (type === 'TXT') {
    const strings = value.startsWith('"') ? parseStrings(value) : cut(Buffer.from(value));
    return strings ? writeStrings(strings) : value;
  }
  return value;
}

export function fromZone(type: string, value: string): string {
  if (named.has(type)) return value.replace(/\.$/, '');
  if (type !== 'TXT') return value;
  const text = Buffer.concat(parseStrings(value) ?? []).toString();
  // Strings that one text would not give, or bytes that are no text, stay as the zone file has them.
  return text !== '' && toZone(type, text) === toZone(type, value) ? text : value;
}

/** The values of a set as a zone has them, each once. */
export function zoneValues({ type, values }: Pick<RecordSetInputs, 'type' | 'values'>): string[] {
  return [...new Set(values.map((value) => toZone(type, value)))];
}

/** Whether both are the same in DNS, where neither their order nor how they are written matters. */
export function sameValues(type: RecordSetInputs['type'], a: string[], b: string[]): boolean {
  const sorted = (values: string[]) => JSON.stringify(zoneValues({ type, values }).sort());
  return sorted(a) === sorted(b);
}

function cut(bytes: Buffer): Buffer[] {
  const rest = bytes.subarray(longest);
  return [bytes.subarray(0, longest), ...(rest.length > 0 ? cut(rest) : [])];
}
