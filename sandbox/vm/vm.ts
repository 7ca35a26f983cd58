/** A box as a virtual machine: with a kernel of its own, and so with every controller of cgroup v2. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { quoted } from '../../components/server/preparation.ts';
import { type Box, boxAt, stateFolder } from '../box.ts';
import { findEngine } from '../engine.ts';
import { makeKeys } from '../keys.ts';
import { freePort } from '../ports.ts';
import type { Progress } from '../progress.ts';
import { run } from '../run.ts';
import { sshArguments } from '../ssh.ts';
import { waitFor } from '../wait.ts';
import { type Disk, makeDisk } from './disk.ts';
import { ensureVmImage } from './image.ts';
import { type Accelerator, accelerators, type Ports, startQemu } from './qemu.ts';

const outer = z.int().min(1);

/** Written when the machine has booted: its presence says that the machine is whole. */
const Booted = z.object({
  pid: z.int(),
  ports: z.object({ ssh: outer, http: outer, https: outer, dns: outer, registry: outer }),
});

/** Milliseconds. */
const BOOT_DEADLINE: Readonly<Record<Accelerator, number>> = { kvm: 120_000, tcg: 900_000 };
const ANSWER_DEADLINE = 10_000;
const END_DEADLINE = 20_000;
const SHOWN_LINES = 15;

/**
 * A new machine of this name, which ends with this process at the latest. What is left of one before it is removed first.
 * @throws Error if it is not up in time, with what its console says; nothing is left of it then.
 */
export async function bootVm(name: string, progress: Progress): Promise<Box> {
  await removeVm(name);
  const engine = await findEngine();
  if (engine === undefined)
    throw new Error('the disk of the machine is made of an image: there is no container engine');
  const image = await ensureVmImage(engine, progress);
  const folder = stateFolder(name);
  try {
    await makeKeys(folder);
    const disk = await progress.step('make the disk of the virtual machine', () => makeDisk(engine, image, folder));
    return await bootFrom(disk, name, progress);
  } catch (error) {
    await removeVm(name);
    throw error;
  }
}

/** The machine of this name if it is up. */
export async function findVm(name: string): Promise<Box | undefined> {
  const booted = await readBooted(name);
  return booted && (await isOurs(booted.pid, name)) ? await describe(name, booted.ports) : undefined;
}

/** Ends the machine of this name and removes its state folder, or what is left of it. */
export async function removeVm(name: string): Promise<void> {
  const booted = await readBooted(name);
  if (booted) await end(booted.pid, name);
  await rm(stateFolder(name), { recursive: true, force: true });
}

async function bootFrom(disk: Disk, name: string, progress: Progress): Promise<Box> {
  const ports = await freePorts();
  const box = await describe(name, ports);
  let failure: unknown;
  for (const accelerator of await accelerators()) {
    try {
      const pid = await progress.step(`boot the virtual machine ${name} (${accelerator})`, () =>
        start(accelerator, disk, box, ports),
      );
      await markBooted(name, { pid, ports });
      // It holds the disk open, which goes with it.
      await rm(disk.image);
      return box;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function start(accelerator: Accelerator, disk: Disk, box: Box, ports: Ports): Promise<number> {
  const log = join(stateFolder(box.name), 'console.log');
  const emulator = startQemu(accelerator, disk, ports, log);
  try {
    const state = await waitFor(`the virtual machine on ${accelerator}`, BOOT_DEADLINE[accelerator], async () => {
      if (await emulator.hasEnded()) return 'ended';
      const { stdout } = await box.exec('systemctl is-system-running', { deadline: ANSWER_DEADLINE });
      return ['running', 'degraded'].includes(stdout.trim()) ? 'up' : undefined;
    });
    if (state === 'ended') throw new Error(`qemu has given up (${accelerator})`);
    return emulator.pid;
  } catch (error) {
    await end(emulator.pid, box.name);
    const last = (await readFile(log, 'utf8')).trimEnd().split(/\r?\n/).slice(-SHOWN_LINES).join('\n');
    throw new Error(`the virtual machine ${box.name} does not come up; its console ends with\n${last}`, {
      cause: error,
    });
  }
}

async function describe(name: string, ports: Ports): Promise<Box> {
  const exec: Box['exec'] = async (script, options = {}) =>
    await run('ssh', [...(await sshArguments(box)), `bash -c ${quoted(script)}`], options);
  const box = await boxAt(name, ports, { exec, down: () => removeVm(name) });
  return box;
}

async function freePorts(): Promise<Ports> {
  const free = async (protocol: 'tcp' | 'udp'): Promise<number> => {
    const port = await freePort(protocol, 0);
    if (port === undefined) throw new Error(`there is no free ${protocol} port on 127.0.0.1`);
    return port;
  };
  const [ssh, http, https] = [await free('tcp'), await free('tcp'), await free('tcp')];
  return { ssh, http, https, dns: await free('udp'), registry: await free('tcp') };
}

const bootedPath = (name: string): string => join(stateFolder(name), 'vm.json');

async function markBooted(name: string, booted: z.infer<typeof Booted>): Promise<void> {
  const path = bootedPath(name);
  await writeFile(`${path}.part`, `${JSON.stringify(booted, null, 2)}\n`);
  await rename(`${path}.part`, path);
}

async function readBooted(name: string): Promise<z.infer<typeof Booted> | undefined> {
  const text = await readFile(bootedPath(name), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Booted.safeParse(JSON.parse(text)).data;
}

/** Another process may have the number by now. */
async function isOurs(pid: number, name: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(stateFolder(name));
}

async function end(pid: number, name: string): Promise<void> {
  if (!(await isOurs(pid, name))) return;
  process.kill(pid, 'SIGKILL');
  await waitFor(`the end of the virtual machine ${name}`, END_DEADLINE, async () =>
    (await isOurs(pid, name)) ? undefined : true,
  );
}
