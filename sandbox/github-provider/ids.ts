/** Ids as the official provider makes them, so that an import works: parts between colons. */

const [separator, escaped] = [':', '??'];

/** A colon inside of a part becomes `??`. */
export function joinId(...parts: (string | number)[]): string {
  return parts.map((part) => String(part).replaceAll(separator, escaped)).join(separator);
}

/** @throws Error that says of which parts an id is made. */
export function splitId(id: string, names: readonly string[]): string[] {
  const parts = id.split(separator).map((part) => part.replaceAll(escaped, separator));
  if (parts.length === names.length && parts.every((part) => part !== '')) return parts;
  throw new Error(`unexpected id '${id}': expected ${names.map((name) => `<${name}>`).join(separator)}`);
}
