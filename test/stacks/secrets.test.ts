import { describe, expect, test } from 'vitest';
import { describe as line } from '../../stacks/problems.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { project, server, settings } from './inputs.ts';
import { planned } from './planned.ts';

const plan = planned({
  settings: settings(),
  projects: [project('shop', { variables: { API_KEY: { kind: 'secret' }, TOKEN: { kind: 'secret' } } })],
});
const right = {
  credentials: { main: { privateKey: 'the key', dnsSecret: 'the api key' } },
  variables: { shop: { API_KEY: 'one', TOKEN: { value: 'two', since: '2026-11-01' } } },
  fingerprintKey: 'of these tests, and long enough for one',
};

function refused(given: { credentials?: unknown; variables?: unknown }): string[] {
  const result = parseSecrets(plan, { ...right, ...given });
  return result.kind === 'ok' ? [] : result.problems.map(line);
}

describe('secrets', () => {
  test('of a plan are all there', () => {
    expect(parseSecrets(plan, right)).toEqual({
      kind: 'ok',
      secrets: {
        ...right,
        variables: { shop: { API_KEY: { value: 'one' }, TOKEN: { value: 'two', since: '2026-11-01' } } },
      },
    });
  });

  test('that are missing are named, all at once', () => {
    expect(refused({ credentials: {}, variables: { shop: { TOKEN: 'two', OTHER: 'three' } } })).toEqual([
      'codeb.variables.shop.API_KEY: is missing: the project declares it as a secret',
      'codeb.variables.shop.OTHER: is not declared by the project as a secret of this environment',
    ]);
  });

  test('of a project or a server that is not there are refused by name', () => {
    const variables = { ...right.variables, shpo: { API_KEY: 'another' } };
    expect(refused({ credentials: { mian: { dnsSecret: 'the api key' } }, variables })).toEqual([
      'codeb.credentials.mian: there is no such server: expected main',
      'codeb.variables.shpo: there is no such project: expected shop',
    ]);
  });

  test('need none where an SSH agent has the key and the server answers for its zones', () => {
    expect(refused({ credentials: {} })).toEqual([]);
  });

  test('need one where the name server is another machine', () => {
    const dns = { backend: 'rfc2136', server: '192.0.2.53', zones: ['example.org'], tsig: { name: 'codeb' } };
    const elsewhere = planned({
      settings: settings({ servers: { main: { ...server, dns } } }),
      projects: [project('shop')],
    });
    const result = parseSecrets(elsewhere, { credentials: {}, variables: {}, fingerprintKey: undefined });
    expect(result.kind === 'refused' && result.problems.map(line)).toEqual([
      'codeb.credentials.main.dnsSecret: is missing: the name server is another machine',
    ]);
  });

  test('of the wrong form are refused without a word of them', () => {
    const shop = { API_KEY: 'hunter2\nX=1', TOKEN: { value: 'hunter2', since: 'hunter2' } };
    const problems = refused({ credentials: { main: 'hunter2' }, variables: { shop } });
    expect(problems).toEqual([
      'codeb.credentials.main: Invalid input: expected object, received string',
      'codeb.variables.shop.API_KEY.value: must be one line: an environment file has no other',
      'codeb.variables.shop.TOKEN.since: expected a day such as 2026-11-21',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });
});
