/** Any server that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945), through nsupdate and dig on the server. */
import { createHash } from 'node:crypto';
import { messageOf, OperationError } from '../operation-error.ts';
import { type DnsBackend, recordType } from '../schema.ts';
import type { Session } from '../session.ts';
import { dnsSecret, fromZone, type OwnedRecord, type RecordBackend, type RecordKey, toZone } from './backend.ts';

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

async function answersOf(session: Session, { server, port }: Rfc2136, name: string, type: string): Promise<string[][]> {
  const answer = await session.look('dig', [server, port, name, type]);
  const status = /status: (\w+)/.exec(answer)?.[1];
  if (status !== 'NOERROR' && status !== 'NXDOMAIN') {
    throw new Error(`${server}:${port} answers ${status ?? 'nothing'} for ${type} ${name}`);
  }
  return rowsOf(answer).filter(([owner, , , kind]) => owner?.toLowerCase() === `${name}.` && kind === type);
}

/** Words of each record in what dig prints: name, TTL, class, type and value. */
function rowsOf(answer: string): string[][] {
  return answer
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.split(/\s+/));
}

function valueOf(type: string, row: readonly string[]): string {
  return fromZone(type, row.slice(4).join(' '));
}

async function update(session: Session, config: Rfc2136, zone: string, changes: string[]): Promise<void> {
  const { server, port } = config;
  try {
    await session.change('nsupdate', [], { kind: 'text', text: message(config, zone, changes) });
  } catch (error) {
    throw new Error(`${server}:${port} refuses the update of zone '${zone}': ${messageOf(error)}; nothing was changed`);
  }
}

export function rfc2136(config: Rfc2136): RecordBackend {
  return {
    async find(session, { zone, name, type }) {
      const rows = await answersOf(session, config, name, type);
      if (rows.length === 0 || !(await exists(session, config, zone, name, type))) return undefined;
      const values = rows.map((row) => valueOf(type, row));
      const [note] = await answersOf(session, config, ownerName({ zone, name, type }), 'TXT');
      const [owner] = note ? valueOf('TXT', note).split(' ') : [];
      return { ttl: Number(rows[0]?.[1]), values, owner };
    },

    put: (session, { zone, name, type, ttl, values }, owner) =>
      update(session, config, zone, [
        `update delete ${name}. ${type}`,
        ...values.map((value) => `update add ${name}. ${ttl} ${type} ${toZone(type, value)}`),
        `update delete ${ownerName({ zone, name, type })}. TXT`,
        `update add ${ownerName({ zone, name, type })}. ${ttl} TXT ${toZone('TXT', `${owner} ${type} ${name}`)}`,
      ]),

    remove: (session, { zone, name, type }) =>
      update(session, config, zone, [
        `update delete ${name}. ${type}`,
        `update delete ${ownerName({ zone, name, type })}. TXT`,
      ]),

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
      const notes = rowsOf(answer).filter(([name, , , kind]) => name?.startsWith(ownerMark) && kind === 'TXT');
      return notes.flatMap((note): OwnedRecord[] => {
        const [owner = '', kind, name = ''] = valueOf('TXT', note).split(' ');
        const type = recordType.safeParse(kind);
        return type.success ? [{ zone, name, type: type.data, owner }] : [];
      });
    },
  };
}
