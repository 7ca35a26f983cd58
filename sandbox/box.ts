import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Base, baseImage, ensureBase } from './base.ts';
import { type Engine, findEngine, hardLimit } from './engine.ts';
import { keyArchive, makeKeys, readKeys } from './keys.ts';
import { parsePublished, publishings, type Service } from './ports.ts';
import type { Progress } from './progress.ts';
import type { Result } from './run.ts';
import { waitFor } from './wait.ts';

/**
 * A Debian server with systemd and sshd, reached on 127.0.0.1 alone: a privileged container, or a virtual machine
 * (`vm/vm.ts`) where its kernel has to be its own.
 */
export interface Box {
  readonly name: string;
  readonly host: '127.0.0.1';
  readonly sshPort: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** UDP. */
  readonly dnsPort: number;
  /** Of the images that the box has, as their real registries would have them (Debian's docker-registry). */
  readonly registryPort: number;
  /** `deploy` (sudo without a password) and `nosudo` log in with the same key. */
  readonly user: 'root';
  /** OpenSSH format. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** Runs a bash script as root in the box: past sshd in a container, through it in a virtual machine. */
  exec(script: string, options?: { readonly input?: string; readonly deadline?: number }): Promise<Result>;
  /** The root certificate (PEM) of the box's ACME CA: another one each time that CA starts. */
  acmeRoot(): Promise<string>;
  /** Removes the container with its volumes, or the machine with its disk, and the state folder. */
  down(): Promise<void>;
}

export interface BoxOptions {
  /** A lower-case label; two boxes of one checkout differ in it. */
  readonly name: string;
  readonly base: Base;
  /** Wished-for ports on 127.0.0.1; the engine picks a free one where there is no wish, or it is taken. */
  readonly ports?: Partial<Readonly<Record<Service, number>>>;
}

/** Of the ACME directory, as a client in the box sees it. */
export const ACME = { directory: 'https://localhost:14000/dir', trustedRoot: '/etc/pebble/ca.pem' } as const;

/** The name of the user's own box, as opposed to those of tests. */
export const SANDBOX = 'sandbox';

const ACME_ROOT_URL = 'https://localhost:15000/roots/0';
const BOOT_DEADLINE = 90_000;
const VOLUMES = ['/var/lib/codeb', '/var/lib/containers'];

/** Written when the box has booted: its presence says that the box is whole. */
const Booted = z.object({ container: z.string(), image: z.string() });

/** The cgroup tree that the engine mounts is the outer machine's hybrid; systemd in the box needs v2 alone. */
const INIT =
  'umount -R /sys/fs/cgroup 2>/dev/null; mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup; exec /sbin/init';

export const stateFolder = (name: string): string => resolve(import.meta.dirname, '..', '.sandbox', name);

/** The container's name tells checkouts apart, too. */
function containerName(name: string): string {
  const checkout = createHash('sha256').update(stateFolder(name)).digest('hex').slice(0, 8);
  return `codeb-sandbox-${name}-${checkout}`;
}

/**
 * The running box of this name, or a new one. What is left of one that was killed while it booted is removed first.
 * @throws Error if there is no container engine, or the box is not up within 90 s (with what systemd says).
 */
export async function bootBox(options: BoxOptions, progress: Progress): Promise<Box> {
  const engine = await requireEngine();
  const existing = await findBox(options.name);
  if (existing !== undefined) {
    const isOlder = (await bootedImage(options.name)) !== (await baseImage(options.base));
    if (isOlder) progress.line(`    ! the box ${options.name} is of an older base; it is used as it is`);
    return existing;
  }
  const image = await ensureBase(engine, options.base, progress);
  await remove(engine, options.name);
  return await progress.step(`boot the box ${options.name}`, async (say) => {
    await create(engine, options, image);
    await waitUntilBooted(engine, containerName(options.name), say);
    await markBooted(options.name, image);
    return await describe(engine, options.name);
  });
}

/** The box of this name if it is whole; one that was only stopped (a reboot) is started again. */
export async function findBox(name: string): Promise<Box | undefined> {
  const engine = await requireEngine();
  const container = containerName(name);
  const state = await engine.run(['inspect', '--type', 'container', '--format', '{{.State.Running}}', container]);
  if (state.code !== 0 || !existsSync(join(stateFolder(name), 'box.json'))) return undefined;
  if (state.stdout.trim() !== 'true') {
    if ((await engine.run(['start', container])).code !== 0) return undefined;
    await waitUntilBooted(engine, container, () => {});
  }
  // The engine takes a box for running whose processes went down with the machine.
  if ((await engine.run(['exec', container, 'true'])).code !== 0) return undefined;
  return await describe(engine, name);
}

/** Removes the box of this name, or what is left of one, with its state folder. */
export async function removeBox(name: string): Promise<void> {
  const engine = await findEngine();
  if (engine !== undefined) await remove(engine, name);
}

/** The image that the box of this name was booted from. */
export async function bootedImage(name: string): Promise<string> {
  return Booted.parse(JSON.parse(await readFile(join(stateFolder(name), 'box.json'), 'utf8'))).image;
}

async function requireEngine(): Promise<Engine> {
  const engine = await findEngine();
  if (engine === undefined) throw new Error('the box needs a container engine: Podman as root, or a Docker daemon');
  return engine;
}

async function create(engine: Engine, { name, ports = {} }: BoxOptions, image: string): Promise<void> {
  const folder = stateFolder(name);
  const container = containerName(name);
  await makeKeys(folder);
  const published = (await publishings(ports)).flatMap((value) => ['--publish', value]);
  // Podman in the box needs a file system that overlayfs can lie upon, with device nodes and set-user-ID.
  const mountOptions = engine.kind === 'podman' ? ':exec,suid,dev' : '';
  const volumes = VOLUMES.flatMap((path) => [
    '--volume',
    `${container}${path.replaceAll('/', '-')}:${path}${mountOptions}`,
  ]);
  const limits = (['nofile', 'nproc'] as const).flatMap((limit) => ['--ulimit', `${limit}=1024:${hardLimit(limit)}`]);
  await engine.must([
    ...['create', '--name', container, '--hostname', name, '--privileged', '--cgroupns', 'private'],
    ...[...limits, '--tmpfs', '/run', '--tmpfs', '/tmp'],
    // The signal that systemd shuts down on: systemd(1), "Signals".
    ...['--stop-signal', 'SIGRTMIN+3', '--env', 'container=podman', ...published, ...volumes],
    ...[image, 'bash', '-c', INIT],
  ]);
  // Podman 4 leaves its copy of the archive in TMPDIR: so it goes with the box.
  await engine.must(['cp', '-', `${container}:/etc/ssh`], { input: await keyArchive(folder), env: { TMPDIR: folder } });
  await engine.must(['start', container]);
}

async function waitUntilBooted(engine: Engine, container: string, say: (detail: string) => void): Promise<void> {
  say('systemd');
  await waitFor(`systemd of ${container}`, BOOT_DEADLINE, async () => {
    const { stdout } = await engine.run(['exec', container, 'systemctl', 'is-system-running']);
    return ['running', 'degraded'].includes(stdout.trim()) ? true : undefined;
  });
  say('sshd');
  const ports = parsePublished(await engine.must(['port', container]));
  await waitFor(`sshd on 127.0.0.1:${ports.ssh}`, BOOT_DEADLINE, async () =>
    (await firstBytes(ports.ssh)).startsWith('SSH-2.0-') ? true : undefined,
  );
}

/** What a server on 127.0.0.1 says first. */
function firstBytes(port: number): Promise<string> {
  return new Promise((resolveBytes, reject) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 });
    socket.once('data', (bytes) => {
      socket.destroy();
      resolveBytes(bytes.toString());
    });
    socket.once('timeout', () => socket.destroy(new Error('it says nothing')));
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('it closes the connection')));
  });
}

async function markBooted(name: string, image: string): Promise<void> {
  const path = join(stateFolder(name), 'box.json');
  const booted: z.infer<typeof Booted> = { container: containerName(name), image };
  await mkdir(stateFolder(name), { recursive: true });
  await writeFile(`${path}.part`, `${JSON.stringify(booted, null, 2)}\n`);
  await rename(`${path}.part`, path);
}

async function remove(engine: Engine, name: string): Promise<void> {
  const container = containerName(name);
  const volumes = VOLUMES.map((path) => `${container}${path.replaceAll('/', '-')}`);
  await rm(join(stateFolder(name), 'box.json'), { force: true });
  // Nothing in it is to be kept, so its systemd need not shut down. All are silent about what is not there.
  await engine.run(['kill', container]);
  await engine.run(['rm', '--force', '--volumes', container]);
  await engine.run(['volume', 'rm', '--force', ...volumes]);
  await rm(stateFolder(name), { recursive: true, force: true });
}

async function describe(engine: Engine, name: string): Promise<Box> {
  const container = containerName(name);
  const ports = parsePublished(await engine.must(['port', container]));
  const exec: Box['exec'] = (script, options = {}) =>
    engine.run(['exec', '--interactive', container, 'bash', '-c', script], options);
  return await boxAt(name, ports, { exec, down: () => remove(engine, name) });
}

/** The box of this name whose services are published on these ports, however it runs. */
export async function boxAt(
  name: string,
  ports: Readonly<Record<Service, number>>,
  { exec, down }: Pick<Box, 'exec' | 'down'>,
): Promise<Box> {
  return {
    name,
    host: '127.0.0.1',
    sshPort: ports.ssh,
    httpPort: ports.http,
    httpsPort: ports.https,
    dnsPort: ports.dns,
    registryPort: ports.registry,
    user: 'root',
    ...(await readKeys(stateFolder(name))),
    exec,
    acmeRoot: () => acmeRootBy(exec),
    down,
  };
}

/** The root certificate that the ACME CA of a box signs with. */
async function acmeRootBy(exec: Box['exec']): Promise<string> {
  const { code, stdout, stderr } = await exec(`curl -sS --fail --cacert ${ACME.trustedRoot} ${ACME_ROOT_URL}`);
  if (code !== 0) throw new Error(`the box's ACME CA does not answer: ${stderr.trim()}`);
  return stdout;
}
