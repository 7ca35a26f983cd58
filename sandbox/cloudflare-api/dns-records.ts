/** https://developers.cloudflare.com/api/resources/dns/subresources/records/ */
import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { type Api, zoneOf } from './api.ts';
import { contentOf, isProxiable, recordBody, type RecordBody, requirePlace, wholeName } from './dns-rules.ts';
import { answer, answerPage, bodyOf, Refusal } from './envelope.ts';
import type { DnsRecord, State, Zone } from './state.ts';
import type { Store } from './store.ts';

const invalid = 9207;

export function dnsRecords(store: Store): Hono<Api> {
  const { state } = store;
  const path = '/zones/:zone/dns_records';

  const replace = async (c: Context<Api>, whole: boolean): Promise<Response> => {
    const zone = zoneOf(c, state, 'DNS Write');
    const before = recordOf(c, zone, state);
    const body = whole
      ? await bodyOf(c, recordBody, invalid)
      : { ...bodyLike(before), ...(await bodyOf(c, recordBody.partial(), invalid)) };
    const after = { ...made(recordBody.parse(body), zone, state), id: before.id, createdOn: before.createdOn };
    requirePlace(after, state);
    store.change(({ dnsRecords: all }) => all.splice(all.indexOf(before), 1, after));
    return answer(c, shown(after, zone));
  };

  return new Hono<Api>()
    .get(path, (c) => {
      const zone = zoneOf(c, state, 'DNS Read', 'DNS Write');
      const asked = c.req.query();
      const [name, content] = [asked.name ?? asked['name.exact'], asked.content ?? asked['content.exact']];
      const found = state.dnsRecords.filter(
        (one) =>
          one.zone === zone.id &&
          (name?.toLowerCase() ?? one.name) === one.name &&
          (asked.type ?? one.type) === one.type &&
          (content ?? one.content) === one.content,
      );
      return answerPage(c, found, { usual: 100, most: 5_000_000 }, (one) => shown(one, zone));
    })
    .post(path, async (c) => {
      const zone = zoneOf(c, state, 'DNS Write');
      const record = made(await bodyOf(c, recordBody, invalid), zone, state);
      requirePlace(record, state);
      store.change(({ dnsRecords: all }) => all.push(record));
      return answer(c, shown(record, zone));
    })
    .get(`${path}/:record`, (c) => {
      const zone = zoneOf(c, state, 'DNS Read', 'DNS Write');
      return answer(c, shown(recordOf(c, zone, state), zone));
    })
    .put(`${path}/:record`, (c) => replace(c, true))
    .patch(`${path}/:record`, (c) => replace(c, false))
    .delete(`${path}/:record`, (c) => {
      const record = recordOf(c, zoneOf(c, state, 'DNS Write'), state);
      store.change(({ dnsRecords: all }) => all.splice(all.indexOf(record), 1));
      return answer(c, { id: record.id });
    });
}

function recordOf(c: Context<Api>, zone: Zone, { dnsRecords: all }: State): DnsRecord {
  const found = all.find((one) => one.zone === zone.id && one.id === c.req.param('record'));
  if (!found) throw new Refusal(404, 81044, 'Record does not exist.');
  return found;
}

function made(body: RecordBody, zone: Zone, state: State): DnsRecord {
  const now = new Date().toISOString();
  return {
    id: randomBytes(16).toString('hex'),
    zone: zone.id,
    name: wholeName(body.name, zone, state),
    type: body.type,
    content: contentOf(body),
    // Cloudflare chooses the time itself for what it proxies.
    ttl: body.proxied ? 1 : body.ttl,
    proxied: body.proxied,
    ...(body.priority !== undefined && { priority: body.priority }),
    ...(body.data && { data: body.data }),
    ...(body.private_routing !== undefined && { privateRouting: body.private_routing }),
    settings: body.settings,
    tags: body.tags,
    comment: body.comment ?? null,
    createdOn: now,
    modifiedOn: now,
  };
}

function bodyLike({ privateRouting, ...record }: DnsRecord) {
  return { ...record, ...(privateRouting !== undefined && { private_routing: privateRouting }) };
}

function shown(record: DnsRecord, zone: Zone) {
  const { zone: _zone, createdOn, modifiedOn, privateRouting, ...same } = record;
  return {
    ...same,
    zone_name: zone.name,
    proxiable: isProxiable(record),
    ...(privateRouting !== undefined && { private_routing: privateRouting }),
    meta: {},
    created_on: createdOn,
    modified_on: modifiedOn,
  };
}
