/**
 * The platform's own API: on its system port in production, in the databases that projects share. A preview shares its
 * databases with nobody. Source of previews and staging: CodeB master plan, 4.1; it names no repository, so this one is
 * called like the image.
 */
import type { ProjectSpec } from '../project.ts';

export const codeb: ProjectSpec = {
  name: 'codeb',
  type: 'nodejs',
  repository: 'https://github.com/codeb/api',
  system: true,
  domain: { base: 'codeb.dev', host: 'api' },
  environments: {
    production: { server: 'codeb', publishedPorts: { app: 'api' } },
    staging: { server: 'codeb' },
    preview: { server: 'codeb' },
  },
  services: {
    apps: { app: { image: 'ghcr.io/codeb/api:1.0.0' } },
    postgres: { kind: 'shared' },
    redis: { kind: 'shared' },
  },
  github: { reviewers: { users: ['codeb-owner'] } },
};
