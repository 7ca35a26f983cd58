/** Files that are put into a container before it starts: Engine API, "Extract an archive of files to a directory". */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import type { ContainerInputs } from './container-inputs.ts';
import type { EngineApi } from './engine-api.ts';

type Upload = NonNullable<ContainerInputs['uploads']>[number];

export async function uploadFiles(api: EngineApi, id: string, uploads: readonly Upload[]): Promise<void> {
  if (uploads.length === 0) return;
  const pack = tar.pack();
  for (const upload of uploads) {
    const name = upload.file.replace(/^\//, '');
    pack.entry({ name, mode: modeOf(upload), mtime: new Date(0) }, await contentOf(upload));
  }
  pack.finalize();
  const body = await buffer(pack);
  await api.bytes({ method: 'PUT', path: `/containers/${id}/archive`, query: { path: '/' }, body });
}

function modeOf({ permissions, executable }: Upload): number {
  if (permissions !== undefined) return Number.parseInt(permissions, 8);
  return executable ? 0o744 : 0o644;
}

async function contentOf({ file, content, contentBase64, source }: Upload): Promise<Buffer> {
  const given = [content, contentBase64, source].filter((one) => one !== undefined);
  if (given.length !== 1) throw new Error(`upload ${file}: give one of content, contentBase64 and source`);
  if (source !== undefined) return await readFile(source);
  return content === undefined ? Buffer.from(contentBase64 ?? '', 'base64') : Buffer.from(content);
}
