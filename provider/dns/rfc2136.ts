/** Any server that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945), through nsupdate and dig on the server. */
import { createHash } from 'node:crypto';
import { couldNotLook, leavesHalfDone, messageOf, OperationError } from '../operation-error.ts';
import { type DnsBackend, recordType } from '../schema.ts';
import type { Session } from '../session.ts';
import {
  dnsSecret,
  type FoundRecords,
  type OwnedRecord,
  type RecordBackend,
  type RecordKey,
  WrittenMeanwhile,
} from './backend.ts';
import { fromZone, toZone, zoneValues } from './values.ts';

type Rfc2136 = Extract<DnsBackend, { backend: 'rfc2136' }>;

function message({ server, port, tsig }: Rfc2136, zone: string, lines: string[]): string {
  const key = `key ${tsig.algorithm}:${tsig.name} ${dnsSecret}`;
  return [`server ${server} ${port}`, key, `zone ${zone}.`, ...lines, 'send', ''].join('\n');
}

/** A wildcard answers for any name; only a prerequisite (RFC 2136, section 2.4) tells whether the set itself is there. */
async function exists(session: Session, config: Rfc2136, zone: string, name: string, type: string): Promise<boolean> {
  try {
    const text = message(config, zone, [`prereq yxrrset ${name}. ${type}`]);
    await session.look('nsupdate', [], { kind: 'text', text });
    return true;
  } catch (error) {
    if (error instanceof OperationError && error.message.includes('NXRRSET')) return false;
    throw error;
  }
}

const ownerMark = '_codeb-';

/**
 * Where a text record tells whose a set is (`{project}/{stack} A name`), as external-dns does it. Right below the zone:
 * below the name itself it would keep a wildcard from answering once the set is gone (RFC 4592, 2.2.2).
 */
function ownerName({ zone, name, type }: RecordKey): string {
  return `${ownerMark}${createHash('sha256').update(`${type} ${name}`).digest('hex').slice(0, 16)}.${zone}`;
}

function noteOf({ name, type }: RecordKey, owner: string): string {
  return `${owner} ${type} ${name}`;
}

/** A wildcard answers for the name of a note as well: only one of this very set tells an owner. */
function ownerIn(note: string, key: RecordKey): string | undefined {
  const [owner = ''] = note.split(' ');
  return note === noteOf(key, owner) ? owner : undefined;
}

type Row = { name: string; ttl: number; type: string; value: string };

async function answersOf(session: Session, { server, port }: Rfc2136, name: string, type: string): Promise<Row[]> {
  const answer = await session.look('dig', [server, port, name, type]);
  const status = /status: (\w+)/.exec(answer)?.[1];
  if (status !== 'NOERROR' && status !== 'NXDOMAIN') {
    throw new Error(`${server}:${port} answers ${status ?? 'nothing'} for ${type} ${name}`);
  }
  return rowsOf(answer).filter((row) => row.name.toLowerCase() === `${name}.` && row.type === type);
}

/** The records in what dig prints, each a line: name, TTL, class, type and value, in which blanks may mean something. */
function rowsOf(answer: string): Row[] {
  return [...answer.matchAll(/^([^;\s]\S*)\s+(\d+)\s+\S+\s+(\S+)\s+(.*)$/gm)].map(
    ([, name = '', ttl, type = '', value = '']) => ({ name, ttl: Number(ttl), type, value: fromZone(type, value) }),
  );
}

/** Prerequisites (RFC 2136, section 2.4) that hold as long as no stack has written to a set that was found so. */
function unchanged(key: RecordKey, found: FoundRecords | undefined): string {
  if (!found) return `prereq nxrrset ${key.name}. ${key.type}`;
  const note = ownerName(key);
  return found.owner === undefined
    ? `prereq nxrrset ${note}. TXT`
    : `prereq yxrrset ${note}. TXT ${toZone('TXT', noteOf(key, found.owner))}`;
}

async function update(session: Session, config: Rfc2136, key: RecordKey, changes: string[]): Promise<void> {
  const { server, port } = config;
  const { zone } = key;
  try {
    await session.change('nsupdate', [], { kind: 'text', text: message(config, zone, changes) });
  } catch (error) {
    if (couldNotLook(error) || leavesHalfDone(error)) throw error;
    if (/update failed: (NX|YX)RRSET\b/.test(messageOf(error))) throw new WrittenMeanwhile(key);
    throw new Error(`${server}:${port} refuses the update of zone '${zone}': ${messageOf(error)}; nothing was changed`);
  }
}

async function find(session: Session, config: Rfc2136, key: RecordKey): Promise<FoundRecords | undefined> {
  const { zone, name, type } = key;
  const [first, ...rest] = await answersOf(session, config, name, type);
  if (!first || !(await exists(session, config, zone, name, type))) return undefined;
  const notes = await answersOf(session, config, ownerName(key), 'TXT');
  const [owner] = notes.flatMap((note) => ownerIn(note.value, key) ?? []);
  return { ttl: first.ttl, values: [first, ...rest].map(({ value }) => value), owner };
}

export function rfc2136(config: Rfc2136): RecordBackend {
  const look: RecordBackend['look'] = async (session, key) => {
    const { name, type } = key;
    const found = await find(session, config, key);
    const note = `${ownerName(key)}.`;
    return {
      found,

      put: (set, owner) =>
        update(session, config, key, [
          unchanged(key, found),
          `update delete ${name}. ${type}`,
          ...zoneValues(set).map((value) => `update add ${name}. ${set.ttl} ${type} ${value}`),
          `update delete ${note} TXT`,
          `update add ${note} ${set.ttl} TXT ${toZone('TXT', noteOf(key, owner))}`,
        ]),

      remove: () =>
        update(session, config, key, [
          unchanged(key, found),
          `update delete ${name}. ${type}`,
          `update delete ${note} TXT`,
        ]),
    };
  };
  return {
    look,

    /** By a transfer of the zone (RFC 5936), which the server has to allow to the key. */
    async owned(session, zone) {
      const { server, port, tsig } = config;
      const text = `key "${tsig.name}" { algorithm ${tsig.algorithm}; secret "${dnsSecret}"; };\n`;
      const answer = await session.look('transfer', [server, port, zone], { kind: 'text', text });
      if (answer.includes('; Transfer failed.')) {
        const status = /status: (\w+)/.exec(answer)?.[1] ?? 'no answer';
        throw new Error(
          `${server}:${port} does not list zone '${zone}' (${status}): ` +
            `expected that it allows transfers to the key '${tsig.name}'; in BIND9: allow-transfer { key "${tsig.name}"; };`,
        );
      }
      const notes = rowsOf(answer).filter(({ name, type }) => name.startsWith(ownerMark) && type === 'TXT');
      return notes.flatMap(({ value }): OwnedRecord[] => {
        const [owner = '', kind, name = ''] = value.split(' ');
        const type = recordType.safeParse(kind);
        return type.success ? [{ zone, name, type: type.data, owner }] : [];
      });
    },
  };
}
