import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { healthTargets, hostsListing } from '../../stacks/listings.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { registry, registryJsonSchema } from '../../stacks/registry.ts';
import { type Deployed, registryOf, serviceState } from '../../stacks/registry-document.ts';
import { hosting, project, settings } from './inputs.ts';
import { planned } from './planned.ts';

// A module of CommonJS, whose default is inside of what Node imports.
const addFormats = addFormatsModule.default;
const schemaFile = new URL('../../stacks/registry.schema.json', import.meta.url);

const shop = project('shop', {
  type: 'nextjs',
  repository: 'https://github.com/example/shop',
  services: {
    apps: { app: { image: 'ghcr.io/example/app:1.2.3' } },
    postgres: { kind: 'own' },
    redis: { kind: 'own' },
  },
  variables: { API_KEY: { kind: 'secret' }, LOG_LEVEL: { kind: 'config', value: 'info' } },
});
const deployed: Record<string, Deployed> = {
  shop: {
    ports: { app: 3005, postgres: 5435, redis: 6382 },
    pinned: { 'ghcr.io/example/app:1.2.3': `ghcr.io/example/app@sha256:${'0'.repeat(64)}` },
    previous: { 'shop-app.container': `ghcr.io/example/app@sha256:${'1'.repeat(64)}` },
    status: 'running',
    createdAt: '2026-11-01T08:00:00.000Z',
    deployedAt: '2026-11-22T10:00:00.000Z',
  },
};

describe('S4.4: the registry document', () => {
  const document = registryOf(planned({ settings: settings(), projects: [shop] }), deployed);

  test('follows its own schema', async () => {
    expect(registry.parse(document)).toEqual(document);
    await expect(`${JSON.stringify(document, undefined, 2)}\n`).toMatchFileSnapshot('golden/registry.json');
  });

  test('names variables, and none of their values', () => {
    expect(document.projects.shop?.config.envVars).toEqual([
      'API_KEY',
      'CODEB_ENVIRONMENT',
      'CODEB_PROJECT',
      'CODEB_VERSION',
      'DATABASE_URL',
      'LOG_LEVEL',
      'PORT',
      'REDIS_URL',
    ]);
    expect(JSON.stringify(document)).not.toContain('info');
  });

  test('names a project by what is the same in every stack', () => {
    const staging = planned({ settings: settings({ environment: 'staging' }), projects: [shop] });
    const there = registryOf(staging, { 'shop-staging': { ports: {}, pinned: {}, previous: {}, status: 'running' } });
    expect(there.projects.shop?.id).toBe(document.projects.shop?.id);
    expect(document.projects.shop?.id).toMatch(/^proj_[0-9a-f]{12}$/);
  });

  test('has the commands that the project file names', () => {
    const command = ['node', 'server.js', '--title', "it's"];
    const built = project('shop', {
      services: { apps: { app: { image: 'ghcr.io/example/app:1.2.3', command } } },
      pages: { subdomain: 'docs', buildCommand: 'npm run build' },
    });
    const cloudflare = { accountId: 'a'.repeat(32), zones: { 'example.org': { id: 'b'.repeat(32) } } };
    const plan = planned({ settings: settings({ cloudflare }), projects: [built] });
    expect(registryOf(plan, deployed).projects.shop?.config).toMatchObject({
      buildCommand: 'npm run build',
      startCommand: "node server.js --title 'it'\\''s'",
    });
    expect(Object.keys(document.projects.shop?.config ?? {})).toEqual(['healthCheck', 'envVars']);
  });

  test('has every port under its server, with its holder', () => {
    expect(document.portAllocations).toEqual({
      main: {
        app: { '3005': 'shop/production' },
        db: { '5435': 'shop/production' },
        redis: { '6382': 'shop/production' },
      },
    });
  });

  test('S4.4: is what its JSON Schema says, by another implementation of it, and nothing else is', async () => {
    const ajv = new Ajv2020();
    addFormats(ajv);
    const validate = ajv.compile(JSON.parse(await readFile(schemaFile, 'utf8')));
    const all = planned({ settings: hosting('production'), projects: hostedProjects });
    const none = { ports: {}, pinned: {}, previous: {}, status: 'running' as const };
    const whole = registryOf(all, Object.fromEntries(all.projects.map(({ slug }) => [slug, none])));
    for (const one of [document, whole]) expect([validate(one), validate.errors]).toEqual([true, null]);
    expect(Object.keys(whole.projects)).toHaveLength(5);
    expect(validate({ ...document, version: '0' })).toBe(false);
    expect(validate({ ...document, secrets: {} })).toBe(false);
  });

  test('has its JSON Schema beside it', async () => {
    const schema = `${JSON.stringify(registryJsonSchema(), undefined, 2)}\n`;
    await expect(schema).toMatchFileSnapshot('../../stacks/registry.schema.json');
  });

  test('calls a project running when all of its services are', () => {
    expect(serviceState({ 'shop-app.service': 'active', 'shop-network.service': 'active' })).toBe('running');
    expect(serviceState({ 'shop-app.service': 'failed', 'shop-network.service': 'active' })).toBe('degraded');
  });
});

test('C.3: other tools get probes and names as they read them', () => {
  const plan = planned({ settings: hosting('production'), projects: hostedProjects });
  expect(healthTargets(plan)).toContainEqual({
    targets: ['https://socket.share-paint.app/healthz'],
    labels: { project: 'paintshare', environment: 'production', service: 'socket' },
  });
  expect(healthTargets(plan).map(({ labels }) => labels.service)).toContain('supabase');
  expect(hostsListing(plan)).toContain('192.0.2.10 api.code-battle.codeb.dev\n');
});
