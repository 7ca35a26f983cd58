/** https://developers.cloudflare.com/api/resources/zones/ */
import { Hono } from 'hono';
import { may } from './access.ts';
import { type Api, zoneOf } from './api.ts';
import { answer, answerPage } from './envelope.ts';
import type { Store } from './store.ts';
import type { State, Zone } from './state.ts';

export function zones({ state }: Store): Hono<Api> {
  return new Hono<Api>()
    .get('/zones', (c) => {
      const { name, status, 'account.id': account } = c.req.query();
      const found = state.zones
        .filter((zone) => may(c.var.caller, { kind: 'zone', zone }, ['Zone Read']))
        .filter((zone) => (name ?? zone.name) === zone.name && (account ?? zone.account) === zone.account)
        .filter(() => (status ?? 'active') === 'active');
      return answerPage(c, found, { usual: 20, most: 50 }, (zone) => shown(zone, state));
    })
    .get('/zones/:zone', (c) => answer(c, shown(zoneOf(c, state, 'Zone Read'), state)));
}

function shown({ id, name, account, createdOn }: Zone, { accounts }: State) {
  return {
    id,
    name,
    status: 'active',
    paused: false,
    type: 'full',
    development_mode: 0,
    name_servers: ['ada.ns.cloudflare.com', 'lee.ns.cloudflare.com'],
    original_name_servers: [],
    original_registrar: null,
    original_dnshost: null,
    created_on: createdOn,
    modified_on: createdOn,
    activated_on: createdOn,
    account: { id: account, name: accounts.find((one) => one.id === account)?.name ?? '' },
    owner: { id: null, type: 'user', email: null },
    plan: { id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Free Website', price: 0, currency: 'USD' },
    meta: { step: 2, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
  };
}
