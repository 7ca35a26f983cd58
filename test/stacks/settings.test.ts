import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hostedProjects } from '../../stacks/projects.ts';
import { secretsOf, settingsOf } from '../../stacks/settings.ts';
import { planned } from './planned.ts';

const root = new URL('../../', import.meta.url);

describe('settings', () => {
  test('are the same from a YAML file and from Pulumi, which hands objects on as JSON', () => {
    const servers = { main: { host: 'server.example.org' } };
    const settings = { environment: 'production', servers };
    expect(settingsOf({ 'codeb:environment': 'production', 'codeb:servers': servers, 'other:key': 1 })).toEqual(
      settings,
    );
    expect(settingsOf({ 'codeb:environment': 'production', 'codeb:servers': JSON.stringify(servers) })).toEqual(
      settings,
    );
  });

  test('have no secret among them', () => {
    const config = { 'codeb:credentials': '{"main":{}}', 'codeb:variables': '{"shop":{}}' };
    expect(settingsOf(config)).toEqual({});
    expect(secretsOf(config)).toEqual({ credentials: { main: {} }, variables: { shop: {} } });
  });

  test.each(['preview', 'staging', 'production'])('C.2: Pulumi.%s.yaml gives a plan', async (stack) => {
    const { config } = parse(await readFile(new URL(`Pulumi.${stack}.yaml`, root), 'utf8'));
    const plan = planned({ settings: settingsOf(config), projects: hostedProjects });
    expect(plan.projects.map(({ name }) => name)).toContain('celly-creative');
  });
});
