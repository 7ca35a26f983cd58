/** Passwords that a secret of the stack gives, for an engine with no place on its server to keep them. */
import { createHmac } from 'node:crypto';
import type { DatabaseKind } from './pod.ts';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 190 of the 256 bits: letters and digits, so that it is safe in a URL. */
const length = 32;

/**
 * HMAC-SHA256 (RFC 2104) of `{slug}/{purpose}` in base 62. The same key gives the same password on every run; another key
 * is another password, which a database that is there does not know.
 */
export function derivedPassword(key: string, slug: string, purpose: DatabaseKind): string {
  const hash = createHmac('sha256', key).update(`${slug}/${purpose}`).digest('hex');
  const base = BigInt(letters.length);
  let rest = BigInt(`0x${hash}`);
  return Array.from({ length }, () => {
    const digit = letters.charAt(Number(rest % base));
    rest /= base;
    return digit;
  }).join('');
}
