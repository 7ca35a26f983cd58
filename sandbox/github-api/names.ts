/** Names of secrets and variables: https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets */
import { ApiError } from './errors.ts';

/** Bytes of a value: https://docs.github.com/en/actions/reference/security/secrets#limits-for-secrets */
export const largestValue = 48 * 1024;

/** Case does not matter, and is not kept. */
export function validName(kind: 'Secret' | 'Variable', name: string): string {
  const says = (rule: string) => new ApiError(422, `${kind} names ${rule}`);
  if (!/^\w+$/.test(name))
    throw says('can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_).');
  if (/^\d/.test(name)) throw says('must not start with a number.');
  if (/^github_/i.test(name)) throw says('must not start with GITHUB_.');
  return name.toUpperCase();
}
