import { z } from 'zod';
import type { Properties } from '../../../provider/property-values.ts';
import type { StandInResource } from '../../contract/resource.ts';
import type { Connection } from '../connection.ts';
import { keepsName, labelMap, named } from '../names.ts';
import { changedSettings } from '../settings.ts';

const text = z.string();
const map = z.record(text, text).optional();

const ipam = z.object({
  subnet: text.optional(),
  gateway: text.optional(),
  ipRange: text.optional(),
  auxAddress: map,
});

const networkInputs = z.object({
  name: text,
  driver: text.optional(),
  internal: z.boolean().optional(),
  attachable: z.boolean().optional(),
  ingress: z.boolean().optional(),
  ipv6: z.boolean().optional(),
  labels: z.array(z.object({ label: text, value: text })).optional(),
  options: map,
  ipamDriver: text.optional(),
  ipamOptions: map,
  ipamConfigs: z.array(ipam).optional(),
});

const shown = z.object({
  Id: text,
  Name: text,
  Driver: text,
  Scope: text,
  Internal: z.boolean(),
  Labels: z.record(text, text).nullish(),
  IPAM: z.object({
    Config: z.array(z.object({ Subnet: text.optional(), Gateway: text.optional() })).nullish(),
  }),
});

const settings = {
  defaults: { attachable: false, ingress: false, ipv6: false, ipamDriver: 'default' },
  kept: ['driver', 'internal', 'ipamConfigs', 'options'],
  sets: ['labels', 'ipamConfigs'],
};

export const network: StandInResource<Connection> = {
  replaceOn: [],
  changed: (before, after) => changedSettings(settings, before, after),
  deleteBeforeReplace: keepsName,
  complete: named,
  check: () => [],

  async create({ client: { api } }, given) {
    const inputs = networkInputs.parse(given);
    const configs = inputs.ipamConfigs?.map(({ subnet, gateway, ipRange, auxAddress }) => ({
      Subnet: subnet,
      Gateway: gateway,
      IPRange: ipRange,
      AuxiliaryAddresses: auxAddress,
    }));
    const hasIpam = inputs.ipamDriver ?? inputs.ipamOptions ?? configs;
    const body = {
      Name: inputs.name,
      CheckDuplicate: true,
      Driver: inputs.driver,
      Internal: inputs.internal,
      Attachable: inputs.attachable,
      Ingress: inputs.ingress,
      EnableIPv6: inputs.ipv6,
      Labels: inputs.labels && labelMap(inputs.labels),
      Options: inputs.options,
      ...(hasIpam && { IPAM: { Driver: inputs.ipamDriver, Options: inputs.ipamOptions, Config: configs } }),
    };
    const { Id: id } = await api.ask({ method: 'POST', path: '/networks/create', body }, z.object({ Id: text }));
    return { id, outputs: outputsOf(await api.ask({ method: 'GET', path: `/networks/${id}` }, shown)) };
  },

  async read({ client: { api } }, id, known) {
    const found = await api.find({ method: 'GET', path: `/networks/${id}` }, shown);
    if (!found) return undefined;
    const live: Properties = { name: found.Name, driver: found.Driver, internal: found.Internal };
    const given = known ? Object.entries(live).filter(([name]) => name in known.inputs) : Object.entries(live);
    const labels = Object.entries(found.Labels ?? {}).map(([label, value]) => ({ label, value }));
    const inputs = { ...known?.inputs, ...Object.fromEntries(given), ...(labels.length > 0 && { labels }) };
    return { id: found.Id, inputs, outputs: { ...inputs, ...outputsOf(found) } };
  },

  async update() {
    throw new Error('a network that is there cannot be changed');
  },

  async delete({ client: { api } }, id) {
    await api.find({ method: 'DELETE', path: `/networks/${id}` }, z.unknown());
  },
};

function outputsOf({ Name, Driver, Internal, Scope, IPAM }: z.output<typeof shown>): Properties {
  const ipamConfigs = (IPAM.Config ?? []).map(({ Subnet, Gateway }) => ({
    ...(Subnet !== undefined && { subnet: Subnet }),
    ...(Gateway !== undefined && { gateway: Gateway }),
  }));
  return { name: Name, driver: Driver, internal: Internal, scope: Scope, ipamConfigs };
}
