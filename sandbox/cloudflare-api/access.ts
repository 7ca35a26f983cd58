/** Who asks, and what of it they may do: https://developers.cloudflare.com/fundamentals/api/reference/permissions/ */
import { createHash } from 'node:crypto';
import type { Value } from '../../provider/property-values.ts';
import { Refusal } from './envelope.ts';
import { type Permission, permissionGroups } from './permission-groups.ts';
import type { ApiToken, State, Zone } from './state.ts';

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The one who set the stand-in up may do everything. */
export type Caller = { kind: 'owner' } | { kind: 'token'; token: ApiToken };

export type Target = { kind: 'user' } | { kind: 'account'; id: string } | { kind: 'zone'; zone: Zone };

/** @throws Refusal as Cloudflare answers: 400 without a token, 403 for one that is not or no longer taken. */
export function callerOf(header: string | undefined, owner: string, state: State): Caller {
  const value = /^Bearer (\S+)$/.exec(header ?? '')?.[1];
  if (header === undefined) throw new Refusal(400, 9106, 'Missing "Authorization" header');
  if (value === undefined) throw new Refusal(400, 6003, 'Invalid request headers');
  const digest = digestOf(value);
  if (digest === owner) return { kind: 'owner' };
  const token = state.apiTokens.find((one) => one.digest === digest);
  if (!token || token.status !== 'active' || !isInTime(token)) throw new Refusal(403, 9109, 'Invalid access token');
  return { kind: 'token', token };
}

function isInTime({ notBefore, expiresOn }: ApiToken): boolean {
  const now = Date.now();
  return (notBefore === undefined || Date.parse(notBefore) <= now) && (!expiresOn || now < Date.parse(expiresOn));
}

/** @throws Refusal 403 unless one of the permissions is given for the target. */
export function demand(caller: Caller, target: Target, ...anyOf: readonly Permission[]): void {
  if (may(caller, target, anyOf)) return;
  if (target.kind === 'zone') throw new Refusal(403, 9109, 'Unauthorized to access requested resource');
  throw new Refusal(403, 10000, 'Authentication error');
}

export function may(caller: Caller, target: Target, anyOf: readonly Permission[]): boolean {
  if (caller.kind === 'owner') return true;
  const ids: readonly string[] = permissionGroups.filter(({ name }) => anyOf.includes(name)).map(({ id }) => id);
  const about = caller.token.policies.filter(
    ({ permission_groups, resources }) =>
      permission_groups.some(({ id }) => ids.includes(id)) && covers(resources, target),
  );
  return about.some(({ effect }) => effect === 'allow') && !about.some(({ effect }) => effect === 'deny');
}

/** `{"com.cloudflare.api.account.zone.<id>": "*"}`, or zones inside an account: `{"com.cloudflare.api.account.<id>": {…}}` */
function covers(resources: Record<string, Value>, target: Target): boolean {
  const names = namesOf(target);
  return Object.entries(resources).some(([name, scope]) => {
    if (scope === '*') return names.includes(name);
    const isIts = target.kind === 'zone' && name === `com.cloudflare.api.account.${target.zone.account}`;
    return isIts && typeof scope === 'object' && Object.keys(scope ?? {}).some((inner) => names.includes(inner));
  });
}

function namesOf(target: Target): string[] {
  switch (target.kind) {
    case 'user':
      return ['com.cloudflare.api.user.*'];
    case 'account':
      return ['com.cloudflare.api.account.*', `com.cloudflare.api.account.${target.id}`];
    case 'zone':
      return [
        'com.cloudflare.api.account.zone.*',
        `com.cloudflare.api.account.zone.${target.zone.id}`,
        `com.cloudflare.api.account.${target.zone.account}`,
      ];
  }
}
