/**
 * SprintSolo.dev: a static site a chat, deployed from the chat itself; data and functions are Supabase's. Which chats
 * have a site stands in the stack's settings (`codeb:projects`). Source: SprintSolo.dev's deployment design.
 */
import type { ProjectSpec } from '../project.ts';

const supabase = { production: 'sprintsolo.supabase.co', staging: 'sprintsolo-staging.supabase.co' } as const;

export const sprintsolo: ProjectSpec = {
  name: 'sprintsolo',
  type: 'static',
  repository: 'https://github.com/sprintsolo/sprintsolo.dev',
  domain: { base: 'sprint.solo.dev', host: '@' },
  environments: { production: {}, staging: {}, preview: {} },
  chats: { base: 'sprint.solo.dev', prefix: 'sprint', layout: 'project', inPreviews: ['sample'] },
  externals: {
    supabase: {
      kind: 'supabase',
      environments: {
        production: { host: supabase.production, health: '/auth/v1/health' },
        staging: { host: supabase.staging, health: '/auth/v1/health' },
        preview: { host: supabase.staging, health: '/auth/v1/health' },
      },
      variables: ['SUPABASE_URL', 'SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_ROLE_KEY'],
    },
  },
  variables: {
    SUPABASE_URL: {
      kind: 'config',
      value: {
        preview: `https://${supabase.staging}`,
        staging: `https://${supabase.staging}`,
        production: `https://${supabase.production}`,
      },
      stores: ['github', 'pages'],
    },
    SUPABASE_ANON_KEY: {
      kind: 'config',
      value: { preview: 'anon-of-staging', staging: 'anon-of-staging', production: 'anon-of-production' },
      stores: ['pages'],
    },
    SUPABASE_SERVICE_ROLE_KEY: { kind: 'secret', optionalIn: ['preview'], stores: ['github'] },
  },
  github: { reviewers: { users: ['sprintsolo-owner'] } },
};
