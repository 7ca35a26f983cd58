/** Locks of a stack in a backend of Pulumi's own making, as the engine tells of them: pulumi/pulumi, pkg/backend/diy/lock.go. */
import { hostname } from 'node:os';
import { isAlive } from '../is-alive.ts';
import { hasEnded, runOn } from './workflow-run.ts';

export interface Lock {
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Milliseconds; no job of a workflow that changes a stack may take as long. */
export const longestRun = 3 * 3600 * 1000;

/** Runners of GitHub may share a name, and no job sees the processes of another. */
const thisMachine = process.env.GITHUB_ACTIONS === 'true' ? undefined : hostname();

/** `created by root@runner (pid 12) at 2026-11-20T10:00:00Z`, once for each. */
export function locksIn(message: string): Lock[] {
  return [...message.matchAll(/created by \S*@(\S+) \(pid (\d+)\) at (\S+)/g)].map(([, host = '', pid, at = '']) => ({
    host,
    pid: Number(pid),
    at: Date.parse(at),
  }));
}

/**
 * Whether who took it has ended: a process of this machine that is gone, a run of a workflow that GitHub says is over, or
 * one that is older than any may be.
 * @param machine this one's name; undefined where its processes tell nothing
 */
export async function isDead({ host, pid, at }: Lock, now: number, machine = thisMachine): Promise<boolean> {
  if (now - at > longestRun) return true;
  const run = runOn(host);
  return run ? await hasEnded(run) : host === machine && !(await isAlive(pid));
}
