/**
 * AI code battle: a web front, an API with WebSockets, and workers that run what players hand in. The playbook ran them
 * on Vercel and Fly.io; here they are on a server. Source: AI code battle's deployment playbook.
 */
import type { ProjectSpec } from '../project.ts';

const oauth = ['GOOGLE', 'GITHUB', 'KAKAO', 'NAVER'].flatMap((provider) => [
  [`${provider}_CLIENT_ID`, { kind: 'secret', services: ['api'] }] as const,
  [`${provider}_CLIENT_SECRET`, { kind: 'secret', services: ['api'] }] as const,
]);

/** An image a language, pulled before the first match; nothing that runs in it has a network. */
const worker = (language: string) => ({
  image: `ghcr.io/ai-code-battle/runtime-${language}:1.0.0`,
  replicas: 1,
  limits: { memory: '256M', cpus: 0.5, tasks: 64 },
});

export const codeBattle: ProjectSpec = {
  name: 'code-battle',
  type: 'nextjs',
  repository: 'https://github.com/ai-code-battle/ai-code-battle',
  domain: { base: 'codeb.dev' },
  environments: {
    production: { server: 'codeb' },
    staging: { server: 'codeb' },
    preview: { server: 'codeb' },
  },
  services: {
    apps: {
      web: { image: 'ghcr.io/ai-code-battle/web:1.0.0' },
      api: {
        image: 'ghcr.io/ai-code-battle/api:1.0.0',
        subdomain: 'api',
        port: 4000,
        replicas: 2,
        migrations: { command: ['migrate'], folder: '/migrations' },
      },
    },
    workers: { python: worker('python'), cpp: worker('cpp'), java: worker('java') },
    postgres: {
      ...{ kind: 'own', version: 15, logicalReplication: true, recoveryDays: 7 },
      ...{ template: true, readOnlyIn: ['preview'] },
    },
    redis: { kind: 'own', version: 7 },
  },
  bucket: { location: 'APAC' },
  externals: {
    opensearch: {
      kind: 'opensearch',
      environments: {
        production: { host: 'search.code-battle.example', health: '/_cluster/health' },
        staging: { host: 'search-staging.code-battle.example', health: '/_cluster/health' },
      },
      variables: ['OPENSEARCH_URL', 'OPENSEARCH_API_KEY'],
    },
  },
  variables: {
    NEXT_PUBLIC_API_URL: { kind: 'public', value: '{{url api}}', stores: ['server', 'github'], services: ['web'] },
    ...Object.fromEntries(oauth),
    MOCK_GPT5: { kind: 'config', value: { preview: 'true', staging: 'false', production: 'false' }, services: ['api'] },
    MOCK_SANDBOX: {
      kind: 'config',
      value: { preview: 'true', staging: 'false', production: 'false' },
      services: ['web', 'api'],
    },
    OPENAI_API_KEY: { kind: 'secret', environments: ['staging', 'production'], services: ['api'] },
    GPTZERO_API_KEY: { kind: 'secret', environments: ['staging', 'production'], services: ['api'] },
    FREE_MATCH_LIMIT: { kind: 'config', value: '3', services: ['api'] },
    BASIC_MATCH_LIMIT: { kind: 'config', value: '30', services: ['api'] },
    PRO_ROOM_LIMIT: { kind: 'config', value: '1000', services: ['api'] },
    BASIC_REVIEW_ENABLED: { kind: 'config', value: 'true', services: ['api'] },
    SANDBOX_DOCKER_IMAGE_PY: { kind: 'config', value: worker('python').image, services: ['api'] },
    SANDBOX_DOCKER_IMAGE_CPP: { kind: 'config', value: worker('cpp').image, services: ['api'] },
    SANDBOX_DOCKER_IMAGE_JAVA: { kind: 'config', value: worker('java').image, services: ['api'] },
    OPENSEARCH_URL: {
      kind: 'config',
      value: {
        staging: 'https://search-staging.code-battle.example',
        production: 'https://search.code-battle.example',
      },
      services: ['api'],
    },
    OPENSEARCH_INDICES: { kind: 'config', value: 'submission-log,paste-events,appeals', services: ['api'] },
    OPENSEARCH_API_KEY: { kind: 'secret', environments: ['staging', 'production'], services: ['api'] },
    SENTRY_DSN: { kind: 'secret', environments: ['staging', 'production'], optionalIn: ['staging'] },
    SLACK_WEBHOOK_URL: {
      kind: 'secret',
      environments: ['staging', 'production'],
      optionalIn: ['staging'],
      services: ['api'],
    },
  },
  switches: { read_only: false, matches: true },
  github: { reviewers: { users: ['code-battle-owner'] } },
};
