/** Record sets of previews in a zone of PowerDNS: https://doc.powerdns.com/authoritative/http-api/zone.html */
import { z } from 'zod';
import { dnsSecret } from '../../provider/dns/backend.ts';
import type { Session } from '../../provider/session.ts';
import type { OnNameServer } from './found.ts';

const type = z.enum(['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'CAA']);

const zoneAnswer = z.object({
  rrsets: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      comments: z.array(z.object({ content: z.string(), account: z.string() })).default([]),
    }),
  ),
});

/** A set's comment has its owner: provider/dns/powerdns.ts. */
const account = 'codeb';

export async function powerdnsRecords(
  session: Session,
  url: string,
  zone: string,
): Promise<Omit<OnNameServer, 'server'>[]> {
  const text = [
    `url = "${url}/api/v1/servers/localhost/zones/${zone}."`,
    'request = GET',
    `header = "X-API-Key: ${dnsSecret}"`,
  ].join('\n');
  const answer = (await session.look('curl', [], { kind: 'text', text })).trimEnd();
  const at = answer.lastIndexOf('\n');
  const status = answer.slice(at + 1);
  if (status !== '200') throw new Error(`PowerDNS at ${url} does not list the zone '${zone}' (${status})`);
  const { rrsets } = zoneAnswer.parse(JSON.parse(answer.slice(0, at)));
  return rrsets.flatMap(({ name, type: found, comments }) => {
    const known = type.safeParse(found);
    const owner = comments.find((comment) => comment.account === account)?.content;
    if (!known.success || owner === undefined || !/-pr-[1-9]/.test(owner)) return [];
    return [{ kind: 'record' as const, zone, name: name.replace(/\.$/, ''), type: known.data, owner }];
  });
}
