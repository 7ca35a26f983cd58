import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { isRoot } from '../engine.ts';
import { type Needs, type NeededProgram, provideNeeds } from '../needs.ts';
import type { Progress } from '../progress.ts';

/** Beside those of the sandbox. */
const PROGRAMS: readonly NeededProgram[] = [
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { program: 'mkfs.ext4', package: 'e2fsprogs' },
  { program: 'setpriv', package: 'util-linux' },
];

/** Bytes in a gigabyte. */
const GB = 1e9;
/** The machine's own and what runs it. */
const MEMORY = 5 * GB;
/** The tree of the disk, and the disk. */
const DISK = 5 * GB;

/** Whether this machine can run another one; installs what is missing as root on Debian or Ubuntu. */
export async function provideVmNeeds(progress: Progress): Promise<Needs> {
  const reasons = await ownReasons();
  if (reasons.length > 0) return { kind: 'unable', reasons };
  return await provideNeeds(progress, PROGRAMS);
}

/** What no package helps against. */
async function ownReasons(): Promise<string[]> {
  const { bavail, bsize } = await statfs(import.meta.dirname);
  const free = bavail * bsize;
  return [
    process.platform !== 'linux' && `needs Linux, this is ${process.platform}`,
    process.arch !== 'x64' && `needs a processor of the kind x64, this is ${process.arch}`,
    process.platform === 'linux' && !isRoot() && 'needs root, for a disk on which files have their owners',
    totalmem() < MEMORY && `needs ${MEMORY / GB} GB of memory, there are ${(totalmem() / GB).toFixed(1)} GB`,
    free < DISK && `needs ${DISK / GB} GB of free disk beside the sources, there are ${(free / GB).toFixed(1)} GB`,
  ].filter((reason) => reason !== false);
}
