/** What a container has written, out of the frames in which the engine sends it. */
import type { EngineApi } from './engine-api.ts';

const frameHeader = 8;
const lastLines = 15;

/** A container's whole output. @param tty without frames then */
export async function logsOf(api: EngineApi, id: string, tty: boolean): Promise<string> {
  const query = { stdout: 'true', stderr: 'true' };
  const bytes = await api.bytes({ method: 'GET', path: `/containers/${id}/logs`, query });
  return tty ? bytes.toString('utf8') : unframed(bytes);
}

export async function lastWords(api: EngineApi, id: string): Promise<string> {
  const text = await logsOf(api, id, false).catch(() => '');
  return text.trimEnd().split('\n').slice(-lastLines).join('\n');
}

/** A byte of the stream, three of nothing, four of the length: Engine API, "Attach to a container". */
export function unframed(bytes: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + frameHeader <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + frameHeader, at + frameHeader + length));
    at += frameHeader + length;
  }
  return Buffer.concat(parts).toString('utf8');
}
