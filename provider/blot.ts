/** Takes secrets out of text that a server has written, such as the last lines of a container's log. */

/** Shorter pieces would blot out half of any message. */
const shortest = 8;

/** A secret file's lines, the values of its variables and the passwords inside their URLs are secrets as well. */
function piecesOf(secret: string): string[] {
  const lines = secret.split('\n').map((line) => line.trim());
  const values = lines.map((line) => line.slice(line.indexOf('=') + 1));
  const passwords = values.flatMap((value) => /:\/\/[^:/@]*:([^@/]+)@/.exec(value)?.[1] ?? []);
  return [secret, ...lines, ...values, ...passwords];
}

export function blot(text: string, secrets: string[]): string {
  const pieces = [...new Set(secrets.flatMap(piecesOf))].filter((piece) => piece.length >= shortest);
  return pieces.sort((a, b) => b.length - a.length).reduce((rest, piece) => rest.replaceAll(piece, '[secret]'), text);
}
