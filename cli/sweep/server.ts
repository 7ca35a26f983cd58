/** A server as the sweep sees it: one connection by the keys of the SSH agent, and the name server behind it. */
import type { RecordBackend } from '../../provider/dns/backend.ts';
import { ownedRecords, powerdns } from '../../provider/dns/powerdns.ts';
import { rfc2136 } from '../../provider/dns/rfc2136.ts';
import { Session } from '../../provider/session.ts';
import { connectionTo, nameServerOf } from '../../stacks/server-access.ts';
import type { Server } from '../../stacks/settings.ts';
import type { OnNameServer, OnServer, Preview } from './found.ts';
import { recordsNamed } from './rfc2136-records.ts';
import { parseServerList } from './server-list.ts';
import { removalsOf } from './server-removals.ts';

export interface SweptServer {
  /** What has the mark of a preview in its name. */
  list(): Promise<OnServer[]>;
  /** @param found what `list` gave: not every name server tells all of its names */
  records(found: readonly OnServer[]): Promise<OnNameServer[]>;
  /** Removes what is called after a preview: all that its slugs tell of, and the things themselves. */
  remove(preview: Preview, things: readonly OnServer[]): Promise<void>;
  removeRecord(record: OnNameServer): Promise<void>;
  close(): Promise<void>;
}

export function sweptServer(server: string, settings: Server): SweptServer {
  const session = new Session({ connection: connectionTo(settings), privilege: settings.privilege });
  const dns = nameServer(settings);
  return {
    list: async () => parseServerList(server, await session.look('previews')),

    async records(found) {
      const records = (await dns?.list(session, found)) ?? [];
      return records.map((record) => ({ ...record, server }));
    },

    async remove(preview, things) {
      for (const { slug, words } of removalsOf(preview, things)) await session.change('sweep', [slug, ...words]);
    },

    removeRecord: async ({ zone, name, type }) => await dns?.backend.remove(session, { zone, name, type }),
    close: () => session.close(),
  };
}

interface NameServer {
  readonly backend: RecordBackend;
  list(session: Session, found: readonly OnServer[]): Promise<Omit<OnNameServer, 'server'>[]>;
}

/** PowerDNS lists its zones; another name server is asked for the names that sites and certificates tell. */
function nameServer({ dns }: Server): NameServer | undefined {
  if (dns.backend === 'none') return undefined;
  const { zones } = dns;
  const config = nameServerOf(dns);
  switch (config.backend) {
    case 'powerdns':
      return {
        backend: powerdns(config),
        list: async (session) =>
          (await Promise.all(zones.map((zone) => ownedRecords(session, config, zone))))
            .flat()
            .filter(({ owner }) => /-pr-[1-9]/.test(owner))
            .map((key) => ({ kind: 'record', ...key })),
      };
    case 'rfc2136': {
      const backend = rfc2136(config);
      return { backend, list: async (session, found) => await recordsNamed(session, backend, zones, found) };
    }
  }
}
