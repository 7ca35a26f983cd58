/** How a server and its name server are reached, from a stack's settings. */
import type { z } from 'zod';
import type { credentials } from './secrets.ts';
import type { Server } from './settings.ts';

export type Keys = z.output<typeof credentials>[string];

/** On loopback of the server, which is asked over SSH. */
const powerDnsApi = 'http://127.0.0.1:8081';

/** Keys of the stack where there are some, and an SSH agent beside them; a bastion takes the server's where it has none. */
export function connectionTo(settings: Server, { privateKey, bastionPrivateKey }: Keys = {}) {
  const { host, port, user, hostKey, bastion } = settings;
  const bastionKey = keyOf(settings, bastionPrivateKey ?? privateKey);
  return {
    ...{ host, port, user, hostKey, ...keyOf(settings, privateKey) },
    ...(bastion && { bastion: { ...bastion, ...bastionKey } }),
  };
}

function keyOf({ agentSocketPath }: Server, privateKey: string | undefined) {
  return {
    ...(privateKey !== undefined && { privateKey }),
    ...(agentSocketPath !== undefined && { agentSocketPath }),
  };
}

export function nameServerOf(dns: Exclude<Server['dns'], { backend: 'none' }>) {
  if (dns.backend === 'powerdns') return { backend: 'powerdns' as const, url: powerDnsApi };
  const { server, port, tsig } = dns;
  return { backend: 'rfc2136' as const, server, port, tsig };
}
