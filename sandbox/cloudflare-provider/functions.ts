import { z } from 'zod';
import type { Properties, Value } from '../../provider/property-values.ts';
import { functionShape } from '../contract/contract.ts';
import type { StandInFunction } from '../contract/resource.ts';
import type { CloudflareApi } from './api.ts';
import { resultOf } from './bodies.ts';
import { objectAt, text } from '../contract/inputs.ts';
import { contract, shown } from './kind.ts';

const zoneToken = 'cloudflare:index/getZone:getZone';
const groupsToken = 'cloudflare:index/getApiTokenPermissionGroupsList:getApiTokenPermissionGroupsList';

/** By its id, or by a filter that exactly one zone passes. */
const getZone: StandInFunction<CloudflareApi> = async (api, args) => {
  const id = typeof args.zoneId === 'string' ? args.zoneId : await onlyZone(api, args);
  const live = await api.ask({ method: 'GET', path: `/zones/${id}` }, shown);
  return { ...resultOf(contract, functionShape(contract, zoneToken).outputs, live), ...args, id, zoneId: id };
};

async function onlyZone(api: CloudflareApi, args: Properties): Promise<string> {
  const { name, status, account } = objectAt(args, 'filter');
  const asked = { name, status, 'account.id': objectAt(account).id };
  const given = stringsOf(asked);
  if (given.length === 0) throw new Error('getZone needs zoneId, or a filter by name, status or account');
  const query = new URLSearchParams([...given, ['per_page', '50']]);
  const [zone, ...others] = await api.list(`/zones?${query}`, shown);
  if (zone && others.length === 0) return text(zone, 'id');
  const filter = given.map(([key, value]) => `${key} ${value}`).join(', ');
  throw new Error(
    `failed to find exactly one result: the token sees ${zone ? 1 + others.length : 0} zones with ${filter}`,
  );
}

const getApiTokenPermissionGroupsList: StandInFunction<CloudflareApi> = async (api, args) => {
  const path = `/user/tokens/permission_groups?${new URLSearchParams(stringsOf(args))}`;
  const groups = await api.ask({ method: 'GET', path }, z.array(shown));
  const most = typeof args.maxItems === 'number' && args.maxItems > 0 ? args.maxItems : 1000;
  return { ...args, results: groups.slice(0, most) };
};

function stringsOf(values: Record<string, Value | undefined>): [string, string][] {
  return Object.entries(values).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[key, value]] : [],
  );
}

export const functions = { [zoneToken]: getZone, [groupsToken]: getApiTokenPermissionGroupsList };
