import { existsSync } from 'node:fs';
import { mkdir, readFile, statfs } from 'node:fs/promises';
import { baseImage } from './base.ts';
import { downloadCache } from './downloads.ts';
import { findEngine, isRoot } from './engine.ts';
import { hasGo } from './go.ts';
import type { Progress } from './progress.ts';
import { isOnPath, mustRun, run } from './run.ts';

/** Whether this machine can run the sandbox; the reasons are all there are, each with what would help. */
export type Needs = { readonly kind: 'able' } | { readonly kind: 'unable'; readonly reasons: readonly string[] };

/** Bytes in a gigabyte. */
const GB = 1e9;
/** What the base, the images and what they are built of take; a box on top of that. */
const DISK_TO_BUILD = 6 * GB;
const DISK_TO_BOOT = 1 * GB;

/** A program, and the package of Debian and Ubuntu that has it. */
export interface NeededProgram {
  readonly program: string;
  readonly package: string;
}

/** Programs of the sandbox, for a machine where it runs as root. */
const PROGRAMS: readonly NeededProgram[] = [
  { program: 'podman', package: 'podman' },
  { program: 'runc', package: 'runc' },
  { program: 'debootstrap', package: 'debootstrap' },
  { program: 'iptables', package: 'iptables' },
  { program: 'ssh-keygen', package: 'openssh-client' },
  { program: '/usr/lib/podman/netavark', package: 'netavark' },
];

/** Looks, and changes nothing. What needs `more` than the sandbox itself says so. */
export async function checkNeeds(more: readonly NeededProgram[] = []): Promise<Needs> {
  if (process.platform !== 'linux') return { kind: 'unable', reasons: [`needs Linux, this is ${process.platform}`] };
  const engine = await findEngine();
  const reasons = [
    engine === undefined &&
      'needs a container engine: root on Debian or Ubuntu (Podman is installed then), or a Docker daemon that answers',
    !(await isOnPath('ssh-keygen')) && 'needs ssh-keygen (package openssh-client)',
    !(await isOnPath('tar')) && 'needs tar',
  ].filter((reason) => reason !== false);
  const image = await baseImage({ kind: 'prepared' });
  const isBuilt = (await engine?.run(['image', 'inspect', image]))?.code === 0;
  if (!isBuilt && !(await hasGo())) reasons.push('needs Go 1.21 or later on PATH, to build Caddy: https://go.dev/dl');
  for (const { program, package: name } of await missingOf(more)) reasons.push(`needs ${program} (package ${name})`);
  reasons.push(...(await diskReasons(isBuilt ? DISK_TO_BOOT : DISK_TO_BUILD)));
  return reasons.length === 0 ? { kind: 'able' } : { kind: 'unable', reasons };
}

/** Installs the Debian packages that are missing, as root on Debian or Ubuntu, then looks. */
export async function provideNeeds(progress: Progress, more: readonly NeededProgram[] = []): Promise<Needs> {
  if (isRoot() && (await isDebianLike())) {
    const ofSandbox = (await findEngine())?.kind === 'docker' ? [] : await missingPackages();
    const missing = [...ofSandbox, ...(await missingOf(more)).map((needed) => needed.package)];
    if (missing.length > 0) await install(missing, progress);
  }
  return await checkNeeds(more);
}

async function missingOf(programs: readonly NeededProgram[]): Promise<NeededProgram[]> {
  const missing: NeededProgram[] = [];
  for (const needed of programs) if (!(await isOnPath(needed.program))) missing.push(needed);
  return missing;
}

async function isDebianLike(): Promise<boolean> {
  if (!existsSync('/etc/os-release') || !(await isOnPath('apt-get'))) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(await readFile('/etc/os-release', 'utf8'));
}

async function missingPackages(): Promise<string[]> {
  const missing = (await missingOf(PROGRAMS)).map((needed) => needed.package);
  // Debian 12's own Go is too old to build with, so it is not worth its while there.
  if (
    !(await hasGo()) &&
    /Candidate: 2:1\.(2[1-9]|[3-9]\d)/.test((await run('apt-cache', ['policy', 'golang-go'])).stdout)
  ) {
    missing.push('golang-go');
  }
  return missing;
}

async function install(packages: readonly string[], progress: Progress): Promise<void> {
  await progress.step(`install ${packages.join(' ')} (apt-get)`, async (onLine) => {
    const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, onLine };
    await mustRun('apt-get', ['update'], options);
    await mustRun('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
  });
}

/** Free space where the engine and the download cache keep what they have. */
async function diskReasons(needed: number): Promise<string[]> {
  await mkdir(downloadCache(), { recursive: true });
  const reasons: string[] = [];
  for (const folder of new Set(['/var/lib', downloadCache()])) {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free < needed) {
      reasons.push(`needs ${needed / GB} GB of free disk in ${folder}, there are ${(free / GB).toFixed(1)} GB`);
    }
  }
  return reasons;
}
