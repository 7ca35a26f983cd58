import type { Properties } from '../../../provider/property-values.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { CloudflareApi } from '../api.ts';
import { oneOf, required, text } from '../../contract/inputs.ts';
import { importParts, isMadeSince, Kind, remove, shown } from '../kind.ts';

const types = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'OPENPGPKEY', 'PTR', 'TXT', 'CAA', 'CERT', 'DNSKEY', 'DS', 'HTTPS'];
const moreTypes = ['LOC', 'NAPTR', 'SMIMEA', 'SRV', 'SSHFP', 'SVCB', 'TLSA', 'URI'];

const kind = new Kind('cloudflare:index/dnsRecord:DnsRecord', {
  proxied: false,
  comment: null,
  priority: null,
  privateRouting: null,
});

export const dnsRecord: StandInResource<CloudflareApi> = {
  ...kind.usual,
  replaceOn: ['zoneId', 'type'],

  check: (inputs) => [...required(inputs, 'zoneId'), ...oneOf('type', inputs.type, [...types, ...moreTypes])],

  async create({ client }, inputs) {
    if (inputs.proxied === true && inputs.ttl !== 1) {
      throw new Error('ttl must be set to 1 when `proxied` is true: Cloudflare chooses it itself; nothing was made');
    }
    const body = kind.toApi(inputs);
    const path = `/zones/${text(inputs, 'zoneId')}/dns_records`;
    const made = await client.make({ method: 'POST', path, body }, shown, async (since) => {
      const found = await client.list(`${path}?type=${text(inputs, 'type')}`, shown);
      return found.find((one) => isMadeSince(one.created_on, since) && isAnswerTo(body, one));
    });
    return { id: text(made, 'id'), outputs: outputsOf(made, inputs) };
  },

  async read({ client }, id, known) {
    const state = { ...known?.outputs, ...known?.inputs };
    const [zone = '', record] = known ? [text(state, 'zoneId'), id] : importParts(id, 'zone_id', 'dns_record_id');
    const live = await client.find({ method: 'GET', path: `/zones/${zone}/dns_records/${record}` }, shown);
    if (!live) return undefined;
    const outputs = outputsOf(live, { ...state, zoneId: zone });
    return { id: text(live, 'id'), inputs: kind.inputs(outputs, known?.inputs), outputs };
  },

  async update({ client }, id, inputs) {
    const path = `/zones/${text(inputs, 'zoneId')}/dns_records/${id}`;
    return outputsOf(await client.ask({ method: 'PUT', path, body: kind.toApi(inputs) }, shown), inputs);
  },

  delete: ({ client }, id, { outputs }) => remove(client, `/zones/${text(outputs, 'zoneId')}/dns_records/${id}`),
};

/** The name and content stay as the program writes them where they say the same. */
function outputsOf(live: Properties, given: Properties): Properties {
  const { meta, ...rest } = live;
  const outputs = { ...kind.fromApi(rest), meta: JSON.stringify(meta ?? {}), zoneId: text(given, 'zoneId') };
  const name = sameName(given.name, live) ? { name: text(given, 'name') } : {};
  const content = sameContent(given.content, live) ? { content: text(given, 'content') } : {};
  return { ...outputs, ...name, ...content };
}

function sameName(given: Properties[string] | undefined, { name, zone_name: zone }: Properties): boolean {
  if (typeof given !== 'string') return false;
  const bare = given.toLowerCase().replace(/\.$/, '');
  return bare === name || `${bare}.${zone}` === name || (bare === '@' && name === zone);
}

function sameContent(given: Properties[string] | undefined, { content }: Properties): boolean {
  if (typeof given !== 'string' || typeof content !== 'string') return false;
  return given === content || given.toLowerCase().replace(/\.$/, '') === content.toLowerCase();
}

function isAnswerTo(body: Properties, live: Properties): boolean {
  const isContent = body.content === undefined || sameContent(body.content, live);
  return isContent && sameName(body.name, live) && (body.priority ?? live.priority) === live.priority;
}
