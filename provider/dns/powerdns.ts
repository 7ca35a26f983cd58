/** PowerDNS over its HTTP API (https://doc.powerdns.com/authoritative/http-api/zone.html), asked from the server itself. */
import { z } from 'zod';
import { safeJson } from '../grpc-messages.ts';
import { type DnsBackend, recordType } from '../schema.ts';
import type { Session } from '../session.ts';
import { dnsSecret, type OwnedRecord, type RecordBackend, type RecordKey, WrittenMeanwhile } from './backend.ts';
import { fromZone, zoneValues } from './values.ts';

type PowerDns = Extract<DnsBackend, { backend: 'powerdns' }>;

const zoneAnswer = z.object({
  rrsets: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      ttl: z.number(),
      records: z.array(z.object({ content: z.string(), disabled: z.boolean().default(false) })),
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

/** The agent's answer to curl's configuration: what PowerDNS says, and last its status. */
type Run = (configuration: string) => Promise<string>;

async function ask({ url }: PowerDns, zone: string, lines: string[], run: Run): Promise<string> {
  const configuration = [
    `url = ${quoted(`${url}/api/v1/servers/localhost/zones/${zone}.`)}`,
    `header = ${quoted(`X-API-Key: ${dnsSecret}`)}`,
    ...lines,
  ];
  const answer = await run(configuration.join('\n'));
  const at = answer.trimEnd().lastIndexOf('\n');
  const [text, status] = [answer.slice(0, at), Number(answer.slice(at))];
  if (status >= 200 && status < 300) return text;
  if (status === 404) throw new Error(`PowerDNS at ${url} has no zone '${zone}'; nothing was changed`);
  const reason = refusal.safeParse(safeJson(text)).data?.error ?? text;
  throw new Error(
    `PowerDNS at ${url} refuses the change of zone '${zone}' (${status}): ${reason}; nothing was changed`,
  );
}

type Zone = z.output<typeof zoneAnswer> & {
  /** How often stacks had written to it: what tells later that one has written since. */
  writes: number;
};

async function readZone(session: Session, config: PowerDns, zone: string): Promise<Zone> {
  let writes = 0;
  const text = await ask(config, zone, ['request = GET'], async (configuration) => {
    const answer = await session.look('curl', [zone], { kind: 'text', text: configuration });
    const end = answer.indexOf('\n');
    writes = Number(answer.slice(0, end));
    return answer.slice(end + 1);
  });
  return { ...zoneAnswer.parse(JSON.parse(text)), writes };
}

/** Zones as they were read in this run; a change of one forgets it. */
const read = new WeakMap<Session, Map<string, Promise<Zone>>>();

function zoneOf(session: Session, config: PowerDns, zone: string): Promise<Zone> {
  const zones = read.get(session) ?? new Map<string, Promise<Zone>>();
  read.set(session, zones);
  const known = zones.get(zone) ?? readZone(session, config, zone);
  zones.set(zone, known);
  return known;
}

/** What the agent says in place of PowerDNS where a set was written to since the zone was read. */
const writtenMeanwhile = 'written meanwhile\n';

async function writeSet(
  session: Session,
  config: PowerDns,
  key: RecordKey,
  writes: number,
  change: object,
): Promise<void> {
  const { zone, name, type } = key;
  const body = JSON.stringify({ rrsets: [{ name: `${name}.`, type, ...change }] });
  const lines = ['request = PATCH', `data = ${quoted(body)}`, 'header = "Content-Type: application/json"'];
  try {
    await ask(config, zone, lines, async (configuration) => {
      const payload = { kind: 'text' as const, text: configuration };
      const answer = await session.change('write_zone', [zone, writes, name, type], payload);
      if (answer === writtenMeanwhile) throw new WrittenMeanwhile(key);
      return answer;
    });
  } finally {
    read.get(session)?.delete(zone);
  }
}

function ownerOf({ comments }: z.output<typeof zoneAnswer>['rrsets'][number]): string | undefined {
  return comments.find((comment) => comment.account === account)?.content;
}

export function powerdns(config: PowerDns): RecordBackend {
  const look: RecordBackend['look'] = async (session, key) => {
    const { rrsets, writes } = await zoneOf(session, config, key.zone);
    const found = rrsets.find(({ name, type }) => name === `${key.name}.` && type === key.type);
    const enabled = (found?.records ?? []).filter(({ disabled }) => !disabled);
    const values = enabled.map(({ content }) => fromZone(key.type, content));
    return {
      found: found && { ttl: found.ttl, values, owner: ownerOf(found) },

      put: (set, owner) =>
        writeSet(session, config, key, writes, {
          changetype: 'REPLACE',
          ttl: set.ttl,
          records: zoneValues(set).map((content) => ({ content, disabled: false })),
          comments: [{ content: owner, account }],
        }),

      remove: () => writeSet(session, config, key, writes, { changetype: 'DELETE' }),
    };
  };
  return {
    look,

    async owned(session, zone) {
      const { rrsets } = await zoneOf(session, config, zone);
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
