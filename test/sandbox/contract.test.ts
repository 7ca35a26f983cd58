import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { secret, unknown } from '../../provider/property-values.ts';
import { checkAgainst, checkCallArguments, replacingInputs } from '../../sandbox/contract/check.ts';
import { type Contract, contractSchema, loadContract } from '../../sandbox/contract/contract.ts';

const cloudflare = loadContract('cloudflare');
const github = loadContract('github');
const docker = loadContract('docker');

const record = 'cloudflare:index/dnsRecord:DnsRecord';
const project = 'cloudflare:index/pagesProject:PagesProject';

describe('C.1 inputs against the contract of the official provider', () => {
  test('what it takes is let through', () => {
    expect(checkAgainst(cloudflare, record, { name: 'a', ttl: 1, type: 'A', data: { flags: ['any', 1] } })).toEqual([]);
    expect(
      checkAgainst(cloudflare, project, {
        name: 'shop',
        productionBranch: 'main',
        deploymentConfigs: { production: { envVars: { 'A.B': { type: 'secret_text', value: secret('x') } } } },
      }),
    ).toEqual([]);
  });

  test('every mistake is told at once, with its path as Pulumi writes it', () => {
    const problems = checkAgainst(cloudflare, project, {
      name: 7,
      branch: 'main',
      deploymentConfigs: secret({
        preview: { envVars: { 'A.B': { type: 'plain_text' } }, buildImageMajorVersion: 1.5, compatibilityFlags: [1] },
        production: [],
      }),
    });
    expect(problems).toEqual([
      { property: 'productionBranch', reason: 'is required and missing' },
      { property: 'name', reason: 'has to be a string, found a number' },
      { property: 'branch', reason: expect.stringMatching(/^is unknown here; there are accountId, buildConfig, /) },
      { property: 'deploymentConfigs.preview.envVars["A.B"].value', reason: 'is required and missing' },
      {
        property: 'deploymentConfigs.preview.buildImageMajorVersion',
        reason: 'has to be a whole number, found a fraction',
      },
      { property: 'deploymentConfigs.preview.compatibilityFlags[0]', reason: 'has to be a string, found a number' },
      { property: 'deploymentConfigs.production', reason: 'has to be an object, found a list' },
    ]);
  });

  test('a secret is checked as what it is, and its value is in no reason', () => {
    const problems = checkAgainst(cloudflare, record, { name: secret(['hunter2']), ttl: secret('hunter2'), type: 'A' });
    expect(problems.map(({ property }) => property)).toEqual(['name', 'ttl']);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('what a preview does not know yet is let through, at any depth and inside a secret', () => {
    expect(checkAgainst(cloudflare, record, { name: unknown, ttl: unknown, type: secret(unknown) })).toEqual([]);
    const policies = [{ effect: 'allow', permissionGroups: unknown, resources: unknown }, unknown];
    expect(checkAgainst(cloudflare, 'cloudflare:index/apiToken:ApiToken', { name: 'ci', policies })).toEqual([]);
    expect(checkAgainst(docker, 'docker:index/container:Container', { image: unknown, labels: unknown })).toEqual([]);
  });

  test('a required input that is null is missing; an optional one is not there', () => {
    expect(checkAgainst(cloudflare, record, { name: 'a', ttl: 1, type: null, content: null })).toEqual([
      { property: 'type', reason: 'is required and missing' },
    ]);
  });

  test('a value outside an enumeration is refused with those that there are', () => {
    const contract: Contract = {
      ...cloudflare,
      resources: { 'a:b:C': { inputs: { mode: { ref: '#/types/a:b:Mode' } }, requiredInputs: [], outputs: {} } },
      types: { 'a:b:Mode': { type: 'string', enum: ['on', 'off'] } },
    };
    expect(checkAgainst(contract, 'a:b:C', { mode: 'on' })).toEqual([]);
    expect(checkAgainst(contract, 'a:b:C', { mode: 'half' })).toEqual([
      { property: 'mode', reason: 'has to be one of on, off' },
    ]);
  });

  test('arguments of a function are checked alike', () => {
    const token = 'github:index/getTeam:getTeam';
    expect(checkCallArguments(github, token, { slug: 'owners', summaryOnly: true })).toEqual([]);
    expect(checkCallArguments(github, token, { summaryOnly: 'true' })).toEqual([
      { property: 'slug', reason: 'is required and missing' },
      { property: 'summaryOnly', reason: 'has to be a boolean, found a string' },
    ]);
  });

  test('a resource or function that the stand-in does not have is refused by name', () => {
    expect(() => checkAgainst(docker, 'docker:index/service:Service', {})).toThrow(
      /^the stand-in of the docker provider has docker:index\/container:Container, .*; docker:index\/service:Service needs/,
    );
    expect(() => checkCallArguments(docker, 'docker:index/getLogs:getLogs', {})).toThrow('needs the official plugin');
  });
});

describe('which inputs replace the resource', () => {
  test('those that the schema marks', () => {
    expect(replacingInputs(github, 'github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret')).toEqual([
      'environment',
      'secretName',
    ]);
    expect(replacingInputs(docker, 'docker:index/container:Container')).toEqual(
      expect.arrayContaining(['envs', 'image', 'mounts', 'ports']),
    );
    expect(replacingInputs(docker, 'docker:index/container:Container')).not.toContain('memory');
  });

  test('those with a mark further in', () => {
    expect(replacingInputs(docker, 'docker:index/volume:Volume')).toContain('cluster');
  });
});

describe.each([cloudflare, github, docker])('the contract of $provider', (contract) => {
  const path = new URL(`../../../shared/provider-contracts/${contract.provider}.json`, import.meta.url);

  test('has every type that it names', () => {
    const named = JSON.stringify(contract).matchAll(/"#\/types\/([^"]+)"/g);
    const missing = [...named].map(([, name]) => name).filter((name) => !name || !contract.types[name]);
    expect(missing).toEqual([]);
  });

  // The whole schemas are no part of this repository: it is checked where they lie beside it.
  if (!existsSync(path)) return;
  test("says what the official provider's schema says", () => {
    const whole = contractSchema
      .extend({ types: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(path, 'utf8')));
    expect(contract.schemaVersion).toBe(whole.schemaVersion);
    expect(contract.config).toEqual(whole.config);
    for (const part of ['resources', 'functions', 'types'] as const) {
      for (const [name, own] of Object.entries(contract[part])) expect(own).toEqual(whole[part][name]);
    }
  });
});
