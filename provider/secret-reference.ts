/**
 * How a file names a secret: the agent puts the value in its place, on the server. So no secret passes through the
 * engine, whose log shows at level 9 whatever passes, and a plan shows these files whole.
 */

const password = /\{\{password ([^\s{}]+)\}\}/g;
const variable = /\{\{secret ([A-Z][A-Z0-9_]*)\}\}/g;

/** A password that the server made and keeps at this path. */
export function passwordReference(path: string): string {
  return `{{password ${path}}}`;
}

/** A secret variable that was sealed for the server. */
export function secretReference(name: string): string {
  return `{{secret ${name}}}`;
}

/** Paths of the passwords that a text names, each once. */
export function referencedPasswords(text: string): string[] {
  return found(text, password);
}

/** Names of the secret variables that a text names, each once. */
export function referencedSecrets(text: string): string[] {
  return found(text, variable);
}

/** Whether the server fills something in, so that the file is not the text. */
export function isFilledIn(text: string): boolean {
  return referencedPasswords(text).length > 0 || referencedSecrets(text).length > 0;
}

function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
}
