/** The platform's own API: on its system port in production, in the databases that projects share. */
import type { ProjectSpec } from '../project.ts';

export const codeb: ProjectSpec = {
  name: 'codeb',
  type: 'nodejs',
  system: true,
  domain: { base: 'codeb.dev', host: 'api' },
  environments: {
    production: { server: 'codeb', publishedPorts: { app: 'api' } },
    staging: { server: 'codeb' },
  },
  services: {
    apps: { app: { image: 'ghcr.io/codeb/api:1.0.0' } },
    postgres: { kind: 'shared' },
    redis: { kind: 'shared' },
  },
};
