/** PowerDNS over its HTTP API (https://doc.powerdns.com/authoritative/http-api/zone.html), asked from the server itself. */
import { z } from 'zod';
import { safeJson } from '../grpc-messages.ts';
import { type DnsBackend, recordType } from '../schema.ts';
import type { Session } from '../session.ts';
import { dnsSecret, fromZone, type OwnedRecord, type RecordBackend, type RecordKey, toZone } from './backend.ts';

type PowerDns = Extract<DnsBackend, { backend: 'powerdns' }>;

const zoneAnswer = z.object({
  rrsets: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      ttl: z.number(),
      records: z.array(z.object({ content: z.string() })),
      comments: z.array(z.object({ content: z.string(), account: z.string() })).default([]),
    }),
  ),
});
const refusal = z.object({ error: z.string() });

/** A set's comment of this account has its owner. */
const account = 'codeb';

/** A value in curl's configuration file: curl(1), --config. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

async function ask(session: Session, { url }: PowerDns, zone: string, method: 'GET' | 'PATCH', body?: unknown) {
  const lines = [
    `url = ${quoted(`${url}/api/v1/servers/localhost/zones/${zone}.`)}`,
    `request = ${method}`,
    `header = ${quoted(`X-API-Key: ${dnsSecret}`)}`,
    ...(body === undefined
      ? []
      : [`data = ${quoted(JSON.stringify(body))}`, 'header = "Content-Type: application/json"']),
  ];
  const run = method === 'GET' ? session.look : session.change;
  const answer = await run.call(session, 'curl', [], { kind: 'text', text: lines.join('\n') });
  const at = answer.trimEnd().lastIndexOf('\n');
  const [text, status] = [answer.slice(0, at), Number(answer.slice(at))];
  if (status >= 200 && status < 300) return text;
  if (status === 404) throw new Error(`PowerDNS at ${url} has no zone '${zone}'; nothing was changed`);
  const reason = refusal.safeParse(safeJson(text)).data?.error ?? text;
  throw new Error(
    `PowerDNS at ${url} refuses the change of zone '${zone}' (${status}): ${reason}; nothing was changed`,
  );
}

/** Zones as they were read in this run; a change of one forgets it. */
const read = new WeakMap<Session, Map<string, Promise<string>>>();

function zoneOf(session: Session, config: PowerDns, zone: string): Promise<string> {
  const zones = read.get(session) ?? new Map<string, Promise<string>>();
  read.set(session, zones);
  const known = zones.get(zone) ?? ask(session, config, zone, 'GET');
  zones.set(zone, known);
  return known;
}

function ownerOf({ comments }: z.output<typeof zoneAnswer>['rrsets'][number]): string | undefined {
  return comments.find((comment) => comment.account === account)?.content;
}

export function powerdns(config: PowerDns): RecordBackend {
  const patch = async (session: Session, { zone, name, type }: RecordKey, change: object) => {
    const rrset = { name: `${name}.`, type, ...change };
    read.get(session)?.delete(zone);
    await ask(session, config, zone, 'PATCH', { rrsets: [rrset] });
  };
  return {
    async find(session, { zone, name, type }) {
      const { rrsets } = zoneAnswer.parse(JSON.parse(await zoneOf(session, config, zone)));
      const found = rrsets.find((set) => set.name === `${name}.` && set.type === type);
      if (!found) return undefined;
      const values = found.records.map(({ content }) => fromZone(type, content));
      return { ttl: found.ttl, values, owner: ownerOf(found) };
    },

    put: (session, set, owner) =>
      patch(session, set, {
        changetype: 'REPLACE',
        ttl: set.ttl,
        records: set.values.map((value) => ({ content: toZone(set.type, value), disabled: false })),
        comments: [{ content: owner, account }],
      }),

    remove: (session, key) => patch(session, key, { changetype: 'DELETE' }),

    async owned(session, zone) {
      const { rrsets } = zoneAnswer.parse(JSON.parse(await zoneOf(session, config, zone)));
      return rrsets.flatMap((set): OwnedRecord[] => {
        const type = recordType.safeParse(set.type);
        const owner = ownerOf(set);
        return type.success && owner !== undefined
          ? [{ zone, name: set.name.replace(/\.$/, ''), type: type.data, owner }]
          : [];
      });
    },
  };
}
