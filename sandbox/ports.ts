import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** The ports of the box that are published on 127.0.0.1, by what answers there. */
export const INNER_PORTS = { ssh: 22, http: 80, https: 443, dns: 53, registry: 5000 } as const;

export type Service = keyof typeof INNER_PORTS;

/** Where they are published for the user's own sandbox, as far as these are free. */
export const PREFERRED_PORTS: Readonly<Record<Service, number>> = {
  ssh: 2222,
  http: 8080,
  https: 8443,
  dns: 5353,
  registry: 5000,
};

/** The engine's `--publish` values; without a wish, or where it is taken, any free port. */
export async function publishings(wishes: Partial<Readonly<Record<Service, number>>>): Promise<string[]> {
  const values: string[] = [];
  for (const service of ['ssh', 'http', 'https', 'dns', 'registry'] as const) {
    const protocol = service === 'dns' ? 'udp' : 'tcp';
    // Not left to the engine: Podman looks for a free TCP port, also where it is to be a UDP one.
    const outer = (await freePort(protocol, wishes[service] ?? 0)) ?? (await freePort(protocol, 0));
    if (outer === undefined) throw new Error(`there is no free ${protocol} port on 127.0.0.1`);
    values.push(`127.0.0.1:${outer}:${INNER_PORTS[service]}/${protocol}`);
  }
  return values;
}

/** The port of 127.0.0.1 if nothing listens on it; for 0, one that the kernel picks. */
export function freePort(protocol: 'tcp' | 'udp', port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const where = { host: '127.0.0.1', address: '127.0.0.1', port, exclusive: true };
    if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen(where, () => {
        const bound = server.address();
        server.close(() => resolve(typeof bound === 'object' ? bound?.port : undefined));
      });
    } else {
      const socket = createSocket('udp4');
      socket.once('error', () => socket.close(() => resolve(undefined)));
      socket.bind(where, () => {
        const bound = socket.address().port;
        socket.close(() => resolve(bound));
      });
    }
  });
}

/** Reads the output of `podman port` or `docker port`: lines of `22/tcp -> 127.0.0.1:40123`. */
export function parsePublished(output: string): Record<Service, number> {
  const outerOf = (inner: number): number => {
    const outer = new RegExp(`^${inner}/(?:tcp|udp) -> 127\\.0\\.0\\.1:(\\d+)$`, 'm').exec(output)?.[1];
    if (outer === undefined) throw new Error(`the box does not publish its port ${inner}; the engine says:\n${output}`);
    return Number(outer);
  };
  const { ssh, http, https, dns, registry } = INNER_PORTS;
  return {
    ssh: outerOf(ssh),
    http: outerOf(http),
    https: outerOf(https),
    dns: outerOf(dns),
    registry: outerOf(registry),
  };
}
