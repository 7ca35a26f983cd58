/** celly-creative: a video platform in Node.js with a database and a cache of its own. */
import type { ProjectSpec } from '../project.ts';

export const cellyCreative: ProjectSpec = {
  name: 'celly-creative',
  type: 'nodejs',
  repository: 'https://github.com/celly/celly-creative',
  domain: { base: 'codeb.one-q.xyz' },
  environments: {
    production: { server: 'one-q' },
    staging: { server: 'one-q' },
    preview: { server: 'one-q' },
  },
  services: {
    apps: { app: { image: 'ghcr.io/celly/celly-creative:1.0.0' } },
    postgres: { kind: 'own', version: 15, recoveryDays: 7 },
    redis: { kind: 'own', version: 7 },
  },
};
