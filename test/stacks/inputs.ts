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
    services: { apps: { app: { image: 'ghcr.io/example/app:1.0.0' } } },
    ...changes,
  };
}

/** A project with its app changed. */
export function withApp(name: string, app: Record<string, unknown>): ProjectSpec {
  return project(name, { services: { apps: { app: { image: 'ghcr.io/example/app:1.0.0', ...app } } } });
}

const zones = (...names: string[]) => ({ ...server, dns: { backend: 'powerdns', zones: names } });

/** Settings of a stack that runs every hosted project. */
export function hosting(environment: 'production' | 'staging'): Record<string, unknown> {
  return {
    environment,
    servers: {
      'one-q': {
        ...zones('codeb.one-q.xyz'),
        dns: { ...zones('codeb.one-q.xyz').dns, wildcards: environment === 'production' ? ['*.codeb.one-q.xyz'] : [] },
      },
      codeb: zones('codeb.dev'),
    },
    cloudflare: {
      accountId: 'a'.repeat(32),
      zones: {
        'share-paint.app': { id: 'b'.repeat(32), proxied: true },
        'sprint.solo.dev': { id: 'c'.repeat(32) },
      },
    },
    projects: {
      ...Object.fromEntries(['celly-creative', 'code-battle', 'codeb', 'paintshare'].map((name) => [name, {}])),
      sprintsolo: { chats: [{ id: 'abc123', created: 1764547200 }] },
    },
  };
}

/** Settings as a stack's file has them. */
export function inFile(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`codeb:${key}`, value]));
}

/** The same as Pulumi hands it on: what is no text as JSON. */
export function handedOn(config: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
