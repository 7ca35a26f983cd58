/** Any server that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945), through nsupdate and dig on the server. */
import { OperationError } from '../agent.ts';
import type { DnsBackend } from '../schema.ts';
import type { Session } from '../session.ts';
import { dnsSecret, fromZone, type RecordBackend, toZone } from './backend.ts';

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

async function update(session: Session, config: Rfc2136, zone: string, changes: string[]): Promise<void> {
  const { server, port } = config;
  try {
    await session.change('nsupdate', [], { kind: 'text', text: message(config, zone, changes) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${server}:${port} refuses the update of zone '${zone}': ${reason}; nothing was changed`);
  }
}

export function rfc2136(config: Rfc2136): RecordBackend {
  return {
    async find(session, { zone, name, type }) {
      const answer = await session.look('dig', [config.server, config.port, name, type]);
      const status = /status: (\w+)/.exec(answer)?.[1];
      if (status !== 'NOERROR' && status !== 'NXDOMAIN') {
        throw new Error(`${config.server}:${config.port} answers ${status ?? 'nothing'} for ${type} ${name}`);
      }
      const rows = answer
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith(';'))
        .map((line) => line.split(/\s+/))
        .filter(([owner, , , kind]) => owner?.toLowerCase() === `${name}.` && kind === type);
      if (rows.length === 0 || !(await exists(session, config, zone, name, type))) return undefined;
      const values = rows.map((row) => fromZone(type, row.slice(4).join(' ')));
      return { ttl: Number(rows[0]?.[1]), values, owner: undefined };
    },

    put: (session, { zone, name, type, ttl, values }) =>
      update(session, config, zone, [
        `update delete ${name}. ${type}`,
        ...values.map((value) => `update add ${name}. ${ttl} ${type} ${toZone(type, value)}`),
      ]),

    remove: (session, { zone, name, type }) => update(session, config, zone, [`update delete ${name}. ${type}`]),
  };
}
