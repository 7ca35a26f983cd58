/** What the routes have in common: their context, and what a path names. */
import type { Context } from 'hono';
import { type Caller, demand } from './access.ts';
import { Refusal } from './envelope.ts';
import type { Permission } from './permission-groups.ts';
import type { State, Zone } from './state.ts';

export interface Api {
  Variables: { caller: Caller };
}

export const prefix = '/client/v4';

/** The account of the path. @throws Refusal 403 for one that is not there or not the caller's. */
export function accountOf(c: Context<Api>, state: State, ...anyOf: readonly Permission[]): string {
  const id = c.req.param('account') ?? '';
  if (!state.accounts.some((one) => one.id === id)) throw new Refusal(403, 10000, 'Authentication error');
  demand(c.var.caller, { kind: 'account', id }, ...anyOf);
  return id;
}

/** The zone of the path. @throws Refusal 404 or 403 for one that is not there or not the caller's. */
export function zoneOf(c: Context<Api>, state: State, ...anyOf: readonly Permission[]): Zone {
  const zone = state.zones.find(({ id }) => id === c.req.param('zone'));
  if (!zone) {
    throw new Refusal(404, 7003, `Could not route to ${c.req.path}, perhaps your object identifier is invalid?`);
  }
  demand(c.var.caller, { kind: 'zone', zone }, ...anyOf);
  return zone;
}
