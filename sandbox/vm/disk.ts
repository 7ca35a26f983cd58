import { createHash } from 'node:crypto';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import { hostKeyPath, privateKeyPath } from '../keys.ts';
import { mustRun } from '../run.ts';

/** What a machine boots from: files of its state folder. */
export interface Disk {
  /** An ext4 file system, sparse. */
  readonly image: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Of the file system; what it takes at first is a quarter of it. */
const SIZE = '8G';

/**
 * Makes a disk of an image of the engine, with the keys of the state folder; owners and modes stay what they are, hence
 * only as root.
 */
export async function makeDisk(engine: Engine, image: string, folder: string): Promise<Disk> {
  const tree = join(folder, 'tree');
  const disk = { image: join(folder, 'disk'), kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd.img') };
  await unpack(engine, image, { archive: join(folder, 'tree.tar'), tree });
  await copyFile(join(tree, 'boot', 'vmlinuz'), disk.kernel);
  await copyFile(join(tree, 'boot', 'initrd.img'), disk.initrd);
  await furnish(tree, folder);
  await mustRun('mkfs.ext4', ['-q', '-d', tree, disk.image, SIZE]);
  await rm(tree, { recursive: true });
  return disk;
}

async function unpack(engine: Engine, image: string, { archive, tree }: { archive: string; tree: string }) {
  const container = `codeb-sandbox-disk-${createHash('sha256').update(tree).digest('hex').slice(0, 8)}`;
  await engine.run(['rm', '--force', container]);
  await engine.must(['create', '--name', container, image, 'true']);
  try {
    await engine.must(['export', '-o', archive, container]);
  } finally {
    await engine.run(['rm', '--force', container]);
  }
  await mkdir(tree);
  const owners = ['--numeric-owner', '--xattrs', '--xattrs-include=security.capability'];
  await mustRun('tar', ['-C', tree, ...owners, '-xpf', archive]);
  await rm(archive);
}

/** What an engine gives a container when it starts, and the keys. */
async function furnish(tree: string, folder: string): Promise<void> {
  const at = (path: string): string => join(tree, 'etc', path);
  await writeFile(at('hostname'), 'codeb\n');
  await writeFile(at('hosts'), '127.0.0.1 localhost codeb\n::1 localhost\n');
  // Its own name server, which refuses at once what it does not answer for.
  await rm(at('resolv.conf'), { force: true });
  await writeFile(at('resolv.conf'), 'nameserver 127.0.0.1\n');
  await writeFile(at('fstab'), '/dev/vda / ext4 defaults 0 0\n');
  await copyFile(hostKeyPath(folder), at('ssh/ssh_host_ed25519_key'));
  await copyFile(`${privateKeyPath(folder)}.pub`, at('ssh/authorized_keys'));
}
