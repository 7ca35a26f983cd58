/** What a database can be restored from, as the server's agent lists it (`operation_recovery`). */

export interface Kept {
  /** Milliseconds since 1970; of a backup, its end. */
  readonly at: number;
  readonly bytes: number;
}

export interface Backup extends Kept {
  /** Milliseconds since 1970 of the last moment that it serves; one of the log that is in use serves all. */
  readonly until?: number;
  /** Milliseconds since 1970 up to which the log after it is whole, where a segment of it is missing. */
  readonly gap?: number;
}

export interface Recoverable {
  /** The oldest first; each serves every moment after its end. */
  readonly backups: readonly Backup[];
  /** Milliseconds since 1970 at which the last segment of the log was kept. */
  readonly archived?: number;
  /** What earlier restores have put aside. */
  readonly aside: readonly Kept[];
}

/** @throws Error for a line that the agent does not write */
export function parseRecoverable(text: string): Recoverable {
  const found: { backups: Backup[]; aside: Kept[]; archived?: number } = { backups: [], aside: [] };
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [kind = '', first = '', bytes = '', until = '-', gap = '-'] = line.split(' ');
    if (kind === 'base') {
      // All of that second.
      const ends = until === '-' ? {} : { until: timeOf(until) + 999 };
      const breaks = gap === '-' ? {} : { gap: Number(gap) * 1000 };
      found.backups.push({ at: timeOf(first), bytes: Number(bytes), ...ends, ...breaks });
    } else if (kind === 'before') found.aside.push({ at: timeOf(first), bytes: Number(bytes) });
    else if (kind === 'archived') found.archived = Number(first) * 1000;
    else throw new Error(`the server lists what nobody knows: '${line}'`);
  }
  return found;
}

/** `20261121T100000Z`, the basic format of ISO 8601. */
export function timeOf(stamp: string): number {
  const time = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time)) throw new Error(`the server has a backup of no time: '${stamp}'`);
  return time;
}
