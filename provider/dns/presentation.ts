/** Character-strings as zone files write them: RFC 1035, section 5.1. */

const characterString = /\s*(?:"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+))\s*/suy;
const piece = /\\(\d{3})|\\(.)|([^\\]+)/gsu;

/** The bytes of each string; nothing where a zone file would not have it so. */
export function parseStrings(text: string): Buffer[] | undefined {
  const strings: Buffer[] = [];
  for (let at = 0; at < text.length; at = characterString.lastIndex) {
    characterString.lastIndex = at;
    const [, quoted, bare] = characterString.exec(text) ?? [];
    const bytes = unescaped(quoted ?? bare);
    if (!bytes) return undefined;
    strings.push(bytes);
  }
  return strings;
}

function unescaped(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const pieces = [...text.matchAll(piece)];
  if (pieces.some(([, decimal]) => Number(decimal ?? 0) > 255)) return undefined;
  return Buffer.concat(
    pieces.map(([, decimal, escaped, plain = '']) =>
      decimal === undefined ? Buffer.from(escaped ?? plain) : Buffer.of(Number(decimal)),
    ),
  );
}

/** Each in quotes, and what is not printable ASCII by its number. */
export function writeStrings(strings: readonly Buffer[]): string {
  return strings.map((bytes) => `"${[...bytes].map(written).join('')}"`).join(' ');
}

function written(byte: number): string {
  if (byte < 0x20 || byte > 0x7e) return `\\${String(byte).padStart(3, '0')}`;
  const character = String.fromCharCode(byte);
  return character === '"' || character === '\\' ? `\\${character}` : character;
}
