/** What a DNS server has to be able to do for `RecordSet`. */
import type { RecordSetInputs } from '../schema.ts';
import type { Session } from '../session.ts';

/** The server puts its API key or TSIG secret here, which never leaves it. */
export const dnsSecret = '{{dns secret}}';

export type RecordKey = Pick<RecordSetInputs, 'zone' | 'name' | 'type'>;
export type FoundRecords = { ttl: number; values: string[]; owner: string | undefined };

/** `owner` is the stack that made it: `{Pulumi project}/{stack}`. */
export type OwnedRecord = RecordKey & { owner: string };

export interface RecordBackend {
  find(session: Session, key: RecordKey): Promise<FoundRecords | undefined>;
  /** @param owner the stack that it belongs to from now on */
  put(session: Session, set: RecordSetInputs, owner: string): Promise<void>;
  remove(session: Session, key: RecordKey): Promise<void>;
  /** All sets of a zone that stacks have made. */
  owned(session: Session, zone: string): Promise<OwnedRecord[]>;
}

export function sameValues(a: { values: string[] }, b: { values: string[] }): boolean {
  const sorted = (values: string[]) => JSON.stringify([...values].sort());
  return sorted(a.values) === sorted(b.values);
}

const named = new Set(['CNAME', 'MX']);

/** Values as a zone file writes them: names end with a dot, text stands in quotes (RFC 1035, section 5.1). */
export function toZone(type: string, value: string): string {
  if (named.has(type) && !value.endsWith('.')) return `${value}.`;
  if (type === 'TXT' && !value.startsWith('"')) return `"${value.replace(/(["\\])/g, '\\$1')}"`;
  return value;
}

export function fromZone(type: string, value: string): string {
  if (named.has(type)) return value.replace(/\.$/, '');
  if (type === 'TXT') return value.replace(/^"|"$/g, '').replace(/\\(["\\])/g, '$1');
  return value;
}
