/** Right inputs for tests to bend: one server, one stack of it. */
import type { ProjectSpec } from '../../stacks/project.ts';

export const server = {
  host: 'server.example.org',
  hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII9TldSoipkfJFTkADPNNxM97RRmfaWGK5juE+hBAat/',
  addresses: { ipv4: '192.0.2.10', ipv6: '2001:db8::10' },
  dns: { backend: 'powerdns', zones: ['example.org'] },
  acme: { email: 'admin@example.org' },
};

export function settings(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { environment: 'production', servers: { main: server }, ...changes };
}

export function project(name: string, changes: Partial<ProjectSpec> = {}): ProjectSpec {
  return {
    name,
    domain: { base: 'example.org' },
    environments: {
      production: { server: 'main' },
      staging: { server: 'main' },
      preview: { server: 'main' },
    },
    services: { app: { image: 'ghcr.io/example/app:1.0.0' } },
    ...changes,
  };
}

/** A project with its app changed. */
export function withApp(name: string, app: Partial<ProjectSpec['services']['app']>): ProjectSpec {
  return project(name, { services: { app: { image: 'ghcr.io/example/app:1.0.0', ...app } } });
}
