/** What a database can be restored from, as the server's agent lists it (`operation_recovery`). */

export interface Kept {
  /** Milliseconds since 1970; of a backup, its end. */
  readonly at: number;
  readonly bytes: number;
}

export interface Recoverable {
  /** The oldest first; each serves every moment after its end. */
  readonly backups: readonly Kept[];
  /** Milliseconds since 1970 at which the last segment of the log was kept. */
  readonly archived?: number;
  /** What earlier restores have put aside. */
  readonly aside: readonly Kept[];
}

/** @throws Error for a line that the agent does not write */
export function parseRecoverable(text: string): Recoverable {
  const lines = text.split('\n').filter((line) => line !== '');
  const kept = (kind: string) =>
    lines.flatMap((line) => {
      const [, found, stamp = '', bytes] = /^(base|before) (\S+) (\d+)$/.exec(line) ?? [];
      return found === kind ? [{ at: timeOf(stamp), bytes: Number(bytes) }] : [];
    });
  const archived = lines.flatMap((line) => /^archived (\d+)$/.exec(line)?.[1] ?? []);
  const strange = lines.find((line) => !/^(base|before) \S+ \d+$|^archived \d+$/.test(line));
  if (strange !== undefined) throw new Error(`the server lists what nobody knows: '${strange}'`);
  return {
    backups: kept('base'),
    aside: kept('before'),
    ...(archived[0] !== undefined && { archived: Number(archived[0]) * 1000 }),
  };
}

/** `20261121T100000Z`, the basic format of ISO 8601. */
function timeOf(stamp: string): number {
  const time = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time)) throw new Error(`the server has a backup of no time: '${stamp}'`);
  return time;
}

/** The last backup that ended before a moment. */
export function backupFor({ backups }: Recoverable, moment: number): Kept | undefined {
  return backups.findLast(({ at }) => at <= moment);
}
