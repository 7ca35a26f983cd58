/**
 * PaintShare: a web front and a socket server for battles; data, accounts and pictures are Supabase's. Source:
 * PaintShare's deployment and operations plan.
 */
import type { ProjectSpec } from '../project.ts';

/** Supabase's projects: previews share staging's, and neither knows production's. */
const supabase = {
  production: 'paintshare.supabase.co',
  staging: 'paintshare-staging.supabase.co',
} as const;
const supabaseUrl = {
  preview: `https://${supabase.staging}`,
  staging: `https://${supabase.staging}`,
  production: `https://${supabase.production}`,
};

export const paintshare: ProjectSpec = {
  name: 'paintshare',
  type: 'nextjs',
  repository: 'https://github.com/share-paint/share-paint',
  domain: { base: 'share-paint.app', host: '@' },
  environments: {
    production: { server: 'codeb' },
    staging: { server: 'codeb' },
    preview: { server: 'codeb' },
  },
  services: {
    apps: {
      web: { image: 'ghcr.io/share-paint/web:1.0.0' },
      // Each build bears the commit that it was made of; the one before stays on the server, to go back to.
      socket: {
        image: 'ghcr.io/share-paint/socket:3f0c9d1',
        subdomain: 'socket',
        port: 4000,
        health: { path: '/healthz' },
      },
    },
  },
  externals: {
    supabase: {
      kind: 'supabase',
      environments: {
        production: { host: supabase.production, health: '/auth/v1/health' },
        staging: { host: supabase.staging, health: '/auth/v1/health' },
        preview: { host: supabase.staging, health: '/auth/v1/health' },
      },
      variables: [
        'NEXT_PUBLIC_SUPABASE_URL',
        'NEXT_PUBLIC_SUPABASE_ANON_KEY',
        'SUPABASE_URL',
        'SUPABASE_SERVICE_ROLE_KEY',
      ],
    },
  },
  variables: {
    NEXT_PUBLIC_SUPABASE_URL: { kind: 'public', value: supabaseUrl, services: ['web'] },
    NEXT_PUBLIC_SUPABASE_ANON_KEY: {
      kind: 'public',
      value: { preview: 'anon-of-staging', staging: 'anon-of-staging', production: 'anon-of-production' },
      services: ['web'],
    },
    NEXT_PUBLIC_APP_URL: { kind: 'public', value: '{{url}}', services: ['web'] },
    NEXT_PUBLIC_SOCKET_URL: { kind: 'public', value: '{{url socket}}', services: ['web'] },
    NEXT_PUBLIC_SENTRY_DSN: {
      kind: 'public',
      value: {
        staging: 'https://key@sentry.example.org/2',
        production: 'https://key@sentry.example.org/1',
      },
      services: ['web'],
    },
    SUPABASE_URL: { kind: 'config', value: supabaseUrl, services: ['web', 'socket'] },
    CLIENT_URL: { kind: 'config', value: '{{url}}', services: ['socket'] },
    SUPABASE_SERVICE_ROLE_KEY: { kind: 'secret', optionalIn: ['preview'], services: ['web', 'socket'] },
    BATTLE_PASSWORD_PEPPER: { kind: 'secret', services: ['web', 'socket'] },
    SENTRY_DSN: { kind: 'secret', optionalIn: ['preview'], services: ['web', 'socket'] },
    SLACK_WEBHOOK_URL: { kind: 'secret', environments: ['staging', 'production'], stores: ['github'] },
  },
  switches: { read_only: false, battle: true },
  github: { reviewers: { users: ['release-owner', 'infra-owner'] } },
};
