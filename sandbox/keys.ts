import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { mustRun } from './run.ts';

/** The two key pairs of a box, in OpenSSH's formats. */
export interface Keys {
  /** Logs in as every user of the box. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`: what a client has to pin. */
  readonly hostKey: string;
}

/** Where the private key of the clients lies in a box's state folder, mode 0600, for `ssh -i`. */
export const privateKeyPath = (folder: string): string => join(folder, 'id_ed25519');

/** Where that of the box itself lies. */
export const hostKeyPath = (folder: string): string => join(folder, 'ssh_host_ed25519_key');

/** Makes both pairs in the state folder. */
export async function makeKeys(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const path of [privateKeyPath(folder), hostKeyPath(folder)]) {
    await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'codeb-sandbox', '-f', path]);
  }
}

export async function readKeys(folder: string): Promise<Keys> {
  const [type, key] = (await readFile(`${hostKeyPath(folder)}.pub`, 'utf8')).split(' ');
  return { privateKey: await readFile(privateKeyPath(folder), 'utf8'), hostKey: `${type} ${key}` };
}

/** The box's side of the keys as a tar archive of `/etc/ssh`, for the engine's `cp`. */
export async function keyArchive(folder: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'ssh_host_ed25519_key', mode: 0o600 }, await readFile(hostKeyPath(folder)));
  archive.entry({ name: 'authorized_keys', mode: 0o644 }, await readFile(`${privateKeyPath(folder)}.pub`));
  archive.finalize();
  return await buffer(archive);
}
