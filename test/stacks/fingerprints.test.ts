import { describe, expect, test } from 'vitest';
import { fingerprintsOf, overAge, reused } from '../../stacks/fingerprints.ts';
import { describe as line } from '../../stacks/problems.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { project, settings } from './inputs.ts';
import { planned } from './planned.ts';

const key = 'of these tests, and long enough for one';
const spec = {
  ...project('shop'),
  variables: { API_KEY: { kind: 'secret', rotateDays: 30 }, TOKEN: { kind: 'secret' } },
  externals: { data: { kind: 'neon', environments: { production: { host: 'data.example.com' } } } },
};
const planOf = (environment: 'production' | 'staging') =>
  planned({ settings: settings({ environment }), projects: [spec] });
const secrets = (variables: unknown, environment: 'production' | 'staging' = 'production') =>
  parseSecrets(planOf(environment), { credentials: {}, variables, fingerprintKey: key });
const of = (variables: unknown) => {
  const parsed = secrets(variables);
  if (parsed.kind === 'refused') throw new Error(parsed.problems.map(line).join('\n'));
  return fingerprintsOf(parsed.secrets);
};

describe('S3.3: secrets', () => {
  test('that are too old are named with their age, and those whose age nobody knows', () => {
    const own = of({ shop: { API_KEY: { value: 'one', since: '2026-10-01' }, TOKEN: 'two' } });
    expect(overAge(planOf('production'), own, '2026-11-21').map(line)).toEqual([
      'codeb.variables.shop.API_KEY: is 51 days old; it is to be changed after 30',
      "codeb.variables.shop.TOKEN: nobody knows its age: expected 'codeb.variables.shop.TOKEN.since', a day such as 2026-11-21",
    ]);
    const young = of({
      shop: { API_KEY: { value: 'one', since: '2026-11-20' }, TOKEN: { value: 'two', since: '2026-12-01' } },
    });
    expect(overAge(planOf('production'), young, '2026-11-21').map(line)).toEqual([
      'codeb.variables.shop.TOKEN: is in use since 2026-12-01, a day to come',
    ]);
  });

  test('that another stack has as well are found by fingerprints that tell nothing of them', () => {
    const production = of({ shop: { API_KEY: 'hunter2hunter2', TOKEN: 'two' } });
    const staging = of({ shop: { API_KEY: 'another', TOKEN: 'hunter2hunter2' } });
    expect(reused(staging, { production }).map(line)).toEqual([
      "codeb.variables.shop.TOKEN: has the same value as shop.API_KEY of stack 'production': each has its own",
    ]);
    expect(JSON.stringify(production)).not.toMatch(/hunter2|two/);
    expect(reused(of({ shop: { API_KEY: 'x', TOKEN: 'y' } }), { production })).toEqual([]);
  });

  test('that are one twice, or name production’s host in staging, are refused without a word of them', () => {
    const twice = secrets({ shop: { API_KEY: 'hunter2', TOKEN: 'hunter2' } });
    expect(twice.kind === 'refused' && twice.problems.map(line)).toEqual([
      'codeb.variables.shop.TOKEN: has the same value as codeb.variables.shop.API_KEY',
    ]);
    const url = 'postgres://u:hunter2@data.example.com:5432/x';
    const crossing = secrets({ shop: { API_KEY: url, TOKEN: 'two' } }, 'staging');
    expect(crossing.kind === 'refused' && crossing.problems.map(line)).toEqual([
      "codeb.variables.shop.API_KEY: names production's host 'data.example.com', which staging never touches",
    ]);
  });

  test('S3.2: that name a chat’s site in production are refused in staging', () => {
    const ofChats = planned({
      settings: settings({
        environment: 'staging',
        cloudflare: { accountId: 'a'.repeat(32), zones: { 'chats.dev': { id: 'c'.repeat(32) } } },
        projects: { solo: { chats: [{ id: 'abc123', created: 1764547200 }] } },
      }),
      projects: [
        {
          name: 'solo',
          domain: { base: 'chats.dev', host: '@' },
          environments: { production: {}, staging: {} },
          chats: { base: 'chats.dev', prefix: 'sprint', layout: 'project' },
          variables: { HOOK: { kind: 'secret', stores: ['pages'] } },
        },
      ],
    });
    const variables = { solo: { HOOK: 'https://abc123.chats.dev/hook?key=hunter2' } };
    const parsed = parseSecrets(ofChats, { credentials: {}, variables, fingerprintKey: key });
    expect(parsed.kind === 'refused' && parsed.problems.map(line)).toEqual([
      "codeb.variables.solo.HOOK: names production's host 'abc123.chats.dev', which staging never touches",
    ]);
  });

  test('need a key for their fingerprints', () => {
    const parsed = parseSecrets(planOf('production'), {
      credentials: {},
      variables: { shop: { API_KEY: 'one', TOKEN: 'two' } },
      fingerprintKey: undefined,
    });
    expect(parsed.kind === 'refused' && parsed.problems.map(line)).toEqual([
      'codeb.fingerprintKey: is missing: `openssl rand -hex 32 | pulumi config set --secret codeb:fingerprintKey` in every stack',
    ]);
  });
});
