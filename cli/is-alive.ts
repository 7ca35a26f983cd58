import { readFile } from 'node:fs/promises';

/** Whether a process of this machine runs. A zombie has ended, too: proc_pid_stat(5). */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const state = stat?.slice(stat.lastIndexOf(')') + 2)[0];
  return state !== undefined && state !== 'Z';
}
