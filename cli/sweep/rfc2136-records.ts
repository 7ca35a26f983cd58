/** Record sets of previews where no zone can be listed: those that sites and certificates of the server tell the names of. */
import type { RecordBackend } from '../../provider/dns/backend.ts';
import type { Session } from '../../provider/session.ts';
import type { OnNameServer, OnServer } from './found.ts';

const types = ['A', 'AAAA'] as const;

export async function recordsNamed(
  session: Session,
  backend: RecordBackend,
  zones: readonly string[],
  found: readonly OnServer[],
): Promise<Omit<OnNameServer, 'server'>[]> {
  const names = new Set(found.flatMap(namesOf));
  const asked = [...names].flatMap((name) => {
    const [zone] = zones.filter((one) => name.endsWith(`.${one}`)).sort((a, b) => b.length - a.length);
    return zone === undefined ? [] : types.map((type) => ({ zone, name, type }));
  });
  const answers = asked.map(async (key) => {
    const { owner } = (await backend.find(session, key)) ?? {};
    return owner === undefined ? [] : [{ kind: 'record' as const, ...key, owner }];
  });
  return (await Promise.all(answers)).flat();
}

/** A site's addresses as Caddy reads them: `shop.example.org`, `http://shop.example.org:8080`. */
function namesOf(thing: OnServer): string[] {
  if (thing.kind === 'certificate') return [thing.name];
  if (thing.kind !== 'site') return [];
  return thing.addresses.map((address) => address.replace(/^\w+:\/\//, '').replace(/[:/].*$/, ''));
}
