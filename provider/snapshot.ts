/** What a server holds, as its agent lists it in one answer. */

export type Snapshot = {
  /** Owner by port. */
  leases: Map<number, string>;
  /** Owner by slug: the stack that made it. */
  workloads: Map<string, string>;
  /** SHA-256 and mode by `{slug} files/…` or `{slug} units/…`. */
  sums: Map<string, string>;
  /** The same, of what was last put there. */
  wanted: Map<string, string>;
  modes: Map<string, string>;
  /** systemd's ActiveState by service. */
  services: Map<string, string>;
  /** SHA-256 by site name. */
  sites: Map<string, string>;
  /** SHA-256 by path. */
  passwords: Map<string, string>;
};

export function parseSnapshot(text: string): Snapshot {
  const snapshot: Snapshot = {
    leases: new Map(),
    workloads: new Map(),
    sums: new Map(),
    wanted: new Map(),
    modes: new Map(),
    services: new Map(),
    sites: new Map(),
    passwords: new Map(),
  };
  for (const line of text.split('\n')) {
    const [kind, a = '', b = '', c = ''] = line.split(' ');
    if (kind === 'lease') snapshot.leases.set(Number(a), b);
    else if (kind === 'workload') snapshot.workloads.set(a, b);
    else if (kind === 'sum') snapshot.sums.set(`${a} ${c}`, b);
    else if (kind === 'wanted') snapshot.wanted.set(`${a} ${c}`, b);
    else if (kind === 'mode') snapshot.modes.set(`${a} ${c}`, b);
    else if (kind === 'service') snapshot.services.set(a, b);
    else if (kind === 'site') snapshot.sites.set(a, b);
    else if (kind === 'password') snapshot.passwords.set(b, a);
  }
  return snapshot;
}
