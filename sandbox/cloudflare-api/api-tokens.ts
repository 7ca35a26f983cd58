/** Tokens of the user, and those that an account owns: https://developers.cloudflare.com/api/resources/user/subresources/tokens/ */
import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { demand, digestOf } from './access.ts';
import { accountOf, type Api } from './api.ts';
import { answer, answerPage, bodyOf, Refusal } from './envelope.ts';
import { type Permission, permissionGroups } from './permission-groups.ts';
import type { ApiToken, Policy, State } from './state.ts';
import type { Store } from './store.ts';

const tokenBody = z.object({
  name: z.string().min(1).max(120),
  policies: z
    .array(
      z.object({
        effect: z.enum(['allow', 'deny']),
        permission_groups: z.array(z.object({ id: z.string() })).min(1),
        resources: z.record(z.string(), z.json()),
      }),
    )
    .min(1),
  status: z.enum(['active', 'disabled']).default('active'),
  condition: z.json().optional(),
  not_before: z.iso.datetime().nullish(),
  expires_on: z.iso.datetime().nullish(),
});

type TokenBody = z.output<typeof tokenBody>;

const invalid = 1001;

export function apiTokens(store: Store): Hono<Api> {
  const { state } = store;
  return new Hono<Api>()
    .get('/user/tokens/verify', (c) => {
      const { caller } = c.var;
      if (caller.kind === 'owner') return answer(c, { id: 'owner', status: 'active' });
      return answer(c, { id: caller.token.id, status: caller.token.status });
    })
    .route(
      '/user/tokens',
      tokensOf(store, 'API Tokens', (c) => userOf(c)),
    )
    .route(
      '/accounts/:account/tokens',
      tokensOf(store, 'Account API Tokens', (c, ...any) => accountOf(c, state, ...any)),
    );
}

/** @throws Refusal 403 for a token that may not do it. */
type OwnerOf = (c: Context<Api>, ...anyOf: readonly Permission[]) => string;

const userOf: OwnerOf = (c, ...anyOf) => {
  demand(c.var.caller, { kind: 'user' }, ...anyOf);
  return 'user';
};

function tokensOf(store: Store, kind: 'API Tokens' | 'Account API Tokens', ownerOf: OwnerOf): Hono<Api> {
  const { state } = store;
  const reader = (c: Context<Api>) => ownerOf(c, `${kind} Read`, `${kind} Write`);
  const writer = (c: Context<Api>) => ownerOf(c, `${kind} Write`);
  return new Hono<Api>()
    .get('/permission_groups', (c) => {
      reader(c);
      const { name, scope } = c.req.query();
      const found = permissionGroups.filter(
        (one) => (name ?? one.name) === one.name && one.scopes.some((its) => (scope ?? its) === its),
      );
      return answer(c, found);
    })
    .get('/', (c) => {
      const owner = reader(c);
      const found = state.apiTokens.filter((one) => one.owner === owner);
      return answerPage(c, found, { usual: 20, most: 50 }, shown);
    })
    .post('/', async (c) => {
      const owner = writer(c);
      const body = await bodyOf(c, tokenBody, invalid);
      const value = randomBytes(30).toString('base64url');
      const now = new Date().toISOString();
      const id = randomBytes(16).toString('hex');
      const token: ApiToken = { ...settings(body), id, owner, digest: digestOf(value), issuedOn: now, modifiedOn: now };
      store.change(({ apiTokens: all }) => all.push(token));
      return answer(c, { ...shown(token), value });
    })
    .get('/:token', (c) => answer(c, shown(tokenOf(c, reader(c), state))))
    .put('/:token', async (c) => {
      const before = tokenOf(c, writer(c), state);
      const { id, owner, digest, issuedOn } = before;
      const modifiedOn = new Date().toISOString();
      const after = { ...settings(await bodyOf(c, tokenBody, invalid)), id, owner, digest, issuedOn, modifiedOn };
      store.change(({ apiTokens: all }) => all.splice(all.indexOf(before), 1, after));
      return answer(c, shown(after));
    })
    .delete('/:token', (c) => {
      const token = tokenOf(c, writer(c), state);
      store.change(({ apiTokens: all }) => all.splice(all.indexOf(token), 1));
      return answer(c, { id: token.id });
    });
}

function settings({ name, status, policies, condition, not_before, expires_on }: TokenBody) {
  return {
    name,
    status,
    policies: policies.map(({ effect, permission_groups: groups, resources }): Policy => {
      const id = randomBytes(16).toString('hex');
      return { id, effect, permission_groups: groups.map(named), resources };
    }),
    ...(condition !== undefined && { condition }),
    ...(not_before && { notBefore: not_before }),
    ...(expires_on && { expiresOn: expires_on }),
  };
}

function named({ id }: { id: string }): { id: string; name: string } {
  const group = permissionGroups.find((one) => one.id === id);
  if (!group) throw new Refusal(400, invalid, `Invalid permission group: there is none with the id ${id}`);
  return { id, name: group.name };
}

function tokenOf(c: Context<Api>, owner: string, { apiTokens: all }: State): ApiToken {
  const found = all.find((one) => one.owner === owner && one.id === c.req.param('token'));
  if (!found) throw new Refusal(404, 1003, 'Valid token not found');
  return found;
}

function shown({ id, name, status, policies, condition, notBefore, expiresOn, issuedOn, modifiedOn }: ApiToken) {
  return {
    id,
    name,
    status,
    policies,
    ...(condition !== undefined && { condition }),
    ...(notBefore && { not_before: notBefore }),
    ...(expiresOn && { expires_on: expiresOn }),
    issued_on: issuedOn,
    modified_on: modifiedOn,
    last_used_on: null,
  };
}
