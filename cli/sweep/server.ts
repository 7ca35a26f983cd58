/** A server as the sweep sees it: one connection by the keys of the SSH agent, and the name server behind it. */
import { backendOf } from '../../provider/dns/backend-of.ts';
import { removeOwned } from '../../provider/dns/change.ts';
import { Session } from '../../provider/session.ts';
import { connectionTo, nameServerOf } from '../../stacks/server-access.ts';
import type { Server } from '../../stacks/settings.ts';
import type { OnNameServer, OnServer, Preview } from './found.ts';
import { parseServerList } from './server-list.ts';
import { removalsOf } from './server-removals.ts';

export interface SweptServer {
  /** What has the mark of a preview in its name. */
  list(): Promise<OnServer[]>;
  /** Of its name server. */
  readonly zones: readonly string[];
  /** The same in one of them. */
  records(zone: string): Promise<OnNameServer[]>;
  /** Removes what is called after a preview: all that its slugs tell of, and the things themselves. */
  remove(preview: Preview, things: readonly OnServer[]): Promise<void>;
  removeRecord(record: OnNameServer): Promise<void>;
  close(): Promise<void>;
}

export function sweptServer(server: string, settings: Server): SweptServer {
  const session = new Session({ connection: connectionTo(settings), privilege: settings.privilege });
  const zones = settings.dns.backend === 'none' ? [] : settings.dns.zones;
  const dns = settings.dns.backend === 'none' ? undefined : backendOf(nameServerOf(settings.dns));
  return {
    list: async () => parseServerList(server, await session.look('previews')),

    zones,

    async records(zone) {
      const ofPreviews = ((await dns?.owned(session, zone)) ?? []).filter(({ owner }) => /-pr-[1-9]/.test(owner));
      return ofPreviews.map((record) => ({ kind: 'record', ...record, server }));
    },

    async remove(preview, things) {
      for (const { slug, words } of removalsOf(preview, things)) await session.change('sweep', [slug, ...words]);
    },

    async removeRecord(record) {
      if (dns) await removeOwned(dns, session, record);
    },
    close: () => session.close(),
  };
}
