import { describe, expect, test } from 'vitest';
import { type Deployed, registry, registryJsonSchema, registryOf, serviceState } from '../../stacks/registry.ts';
import { project, settings } from './inputs.ts';
import { planned } from './planned.ts';

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
    previous: { 'ghcr.io/example/app': `ghcr.io/example/app@sha256:${'1'.repeat(64)}` },
    status: 'running',
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

  test('has every port under its server, with its holder', () => {
    expect(document.portAllocations).toEqual({
      main: {
        app: { '3005': 'shop/production' },
        db: { '5435': 'shop/production' },
        redis: { '6382': 'shop/production' },
      },
    });
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
