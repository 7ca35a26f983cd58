import { existsSync, readFileSync } from 'node:fs';
import { isOnPath, mustRun, type Result, type RunOptions, run } from './run.ts';

/** The container engine of this machine that builds and runs the box. */
export interface Engine {
  readonly kind: 'podman' | 'docker';
  /** Runs the engine's command line tool. */
  run(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** The same, for what has to succeed. */
  must(args: readonly string[], options?: RunOptions): Promise<string>;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether every cgroup controller is on the v2 tree: https://docs.kernel.org/admin-guide/cgroup-v2.html */
const hasUnifiedCgroups = (): boolean => existsSync('/sys/fs/cgroup/cgroup.controllers');

/** The engine that can boot the box here, if there is one: Podman as root, a Docker daemon, rootless Podman on cgroup v2. */
export async function findEngine(): Promise<Engine | undefined> {
  const podman = await isOnPath('podman');
  if (podman && isRoot()) return engine('podman', await podmanRuntime());
  if ((await isOnPath('docker')) && (await run('docker', ['version'])).code === 0) return engine('docker', []);
  if (podman && hasUnifiedCgroups()) return engine('podman', []);
  return undefined;
}

/** crun refuses to delegate a hybrid cgroup tree to a container; runc takes it. */
async function podmanRuntime(): Promise<readonly string[]> {
  return !hasUnifiedCgroups() && (await isOnPath('runc')) ? ['--runtime', 'runc'] : [];
}

function engine(kind: Engine['kind'], globals: readonly string[]): Engine {
  return {
    kind,
    run: (args, options) => run(kind, [...globals, ...args], options),
    must: (args, options) => mustRun(kind, [...globals, ...args], options),
  };
}

/** Names as in `/proc/self/limits`, by those of `--ulimit`. */
const LIMITS = { nofile: 'Max open files', nproc: 'Max processes' } as const;
/** Enough for the box. Podman without CAP_SYS_RESOURCE gives a container less than its own hard limits, so no more. */
const ENOUGH = { nofile: 4_096, nproc: 30_000 } as const;

/** The hard limit for the box: an engine's own default may be more than this process is allowed. */
export function hardLimit(
  name: keyof typeof LIMITS,
  limits: string = readFileSync('/proc/self/limits', 'utf8'),
): number {
  const hard = new RegExp(`^${LIMITS[name]}\\s+\\S+\\s+(\\d+)`, 'm').exec(limits)?.[1];
  return hard === undefined ? ENOUGH[name] : Math.min(Number(hard), ENOUGH[name]);
}
