import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { INNER_PORTS, type Service } from '../ports.ts';
import type { Disk } from './disk.ts';

/** What runs the machine's instructions: the processor, or qemu in its place, which is some ten times slower. */
export type Accelerator = 'kvm' | 'tcg';

export type Ports = Readonly<Record<Service, number>>;

export interface Emulator {
  readonly pid: number;
  /** Whether it is gone, or stands still for good. */
  hasEnded(): Promise<boolean>;
}

/** Enough for a project and for a process that takes more than any of its limits; there is no swap. */
const MEMORY = '3G';
const KVM = '/dev/kvm';
/** What qemu says when KVM gives up on an instruction; the machine is then paused. */
const STANDS_STILL = 'KVM internal error';

/** Where KVM itself is emulated it refuses `arch-capabilities`; cmpxchg16b is emulated wrongly by qemu 7.2. */
const PROCESSORS: Readonly<Record<Accelerator, string>> = { kvm: 'max,-arch-capabilities', tcg: 'qemu64,-cx16' };

const services: readonly Service[] = ['ssh', 'http', 'https', 'dns', 'registry'];

/** Those that can be tried here, the fastest first: a device that opens is no promise that a machine runs on it. */
export async function accelerators(): Promise<Accelerator[]> {
  const opens = await access(KVM, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return opens ? ['kvm', 'tcg'] : ['tcg'];
}

/**
 * Starts a machine that ends with this process, however that ends. Nothing of it is reached but its ports, on 127.0.0.1,
 * and it reaches nothing: https://www.qemu.org/docs/master/system/invocation.html, `-netdev user`, `restrict`.
 */
export function startQemu(accelerator: Accelerator, disk: Disk, ports: Ports, log: string): Emulator {
  const output = openSync(log, 'w', 0o600);
  const command = ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...options(accelerator, disk, ports)];
  const emulator = spawn('setpriv', command, { stdio: ['ignore', output, output] });
  closeSync(output);
  if (emulator.pid === undefined) throw new Error('setpriv (package util-linux) cannot be started');
  return {
    pid: emulator.pid,
    hasEnded: async () =>
      emulator.exitCode !== null ||
      emulator.signalCode !== null ||
      (await readFile(log, 'utf8')).includes(STANDS_STILL),
  };
}

function options(accelerator: Accelerator, disk: Disk, ports: Ports): string[] {
  const forwards = services.map(
    (service) =>
      `hostfwd=${service === 'dns' ? 'udp' : 'tcp'}:127.0.0.1:${ports[service]}-10.0.2.15:${INNER_PORTS[service]}`,
  );
  const root = ['root=/dev/vda', 'rootfstype=ext4', 'rw'];
  // Nobody in it has secrets of another, and what keeps them apart costs qemu's own processor the most.
  const boot = [...root, 'net.ifnames=0', 'console=ttyS0', 'panic=-1', 'mitigations=off'];
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
    ...['-machine', 'q35', '-accel', accelerator, '-cpu', PROCESSORS[accelerator]],
    ...['-smp', String(Math.min(2, availableParallelism())), '-m', MEMORY],
    ...['-kernel', disk.kernel, '-initrd', disk.initrd, '-append', boot.join(' ')],
    // It is thrown away, so nothing needs to reach the disk that is under it.
    ...['-drive', `file=${disk.image},format=raw,if=virtio,cache=unsafe`],
    ...['-netdev', ['user', 'id=net', 'ipv6=off', 'restrict=on', ...forwards].join(',')],
    ...['-device', 'virtio-net-pci,netdev=net,romfile=', '-device', 'virtio-rng-pci'],
  ];
}
