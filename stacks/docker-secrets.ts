/**
 * How a planned container names a secret. Docker's API has no environment files: the program puts the values in, and they
 * pass through Pulumi's engine as secrets, encrypted in the state; `docker inspect` on the server shows them to root.
 */
import type { DatabaseKind } from './pod.ts';

export function passwordOf(purpose: DatabaseKind): string {
  return `{{password ${purpose}}}`;
}

const reference = /\{\{password (postgres|redis)\}\}/g;

/** @throws Error that names the password that is missing, never one that is there */
export function withPasswords(text: string, passwords: Partial<Record<string, string>>): string {
  return text.replace(reference, (_, purpose: string) => {
    const password = passwords[purpose];
    if (password === undefined) throw new Error(`there is no password of '${purpose}'`);
    return password;
  });
}
