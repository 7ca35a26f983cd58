/** Processes below one of ours: proc(5). */
import { readdirSync, readFileSync } from 'node:fs';

function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      // The name, in parentheses, may hold blanks.
      found.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended in between.
    }
  }
  return found;
}

/** The process and all that it started, itself first. */
export function familyOf(pid: number): number[] {
  const all = parents();
  const family = [pid];
  for (const member of family)
    family.push(...[...all].filter(([, parent]) => parent === member).map(([child]) => child));
  return family;
}

/** SIGKILL for the process and all that it started, as if the machine had lost power. */
export function killFamily(pid: number): void {
  for (const member of familyOf(pid)) {
    try {
      process.kill(member, 'SIGKILL');
    } catch {
      // It ended in between.
    }
  }
}
