/**
 * How a file names a password that the server keeps: the agent puts the value in its place, on the server. So no
 * password passes through the engine, whose log shows at level 9 whatever passes, and a plan shows these files whole.
 */

const reference = /\{\{password ([^\s{}]+)\}\}/g;

export function passwordReference(path: string): string {
  return `{{password ${path}}}`;
}

/** Paths of the passwords that a text names, each once. */
export function referencedPasswords(text: string): string[] {
  return [...new Set([...text.matchAll(reference)].map(([, path = '']) => path))];
}
