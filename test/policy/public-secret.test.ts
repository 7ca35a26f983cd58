import { describe, expect, test } from 'vitest';
import { keyIn } from '../../stacks/key-formats.ts';
import { publicSecret } from '../../policy/rules/public-secret.ts';
import { stackSecrets } from '../../policy/stack-secrets.ts';
import { said, workload } from './subject.ts';

const secret = 'correct horse battery staple';
const rule = publicSecret([{ path: 'codeb:variables.shop.API_KEY', value: secret }]);
const file = (line: string) => workload({ files: { 'config/app.env': `A=${secret}\n${line}\n` } });
/** Put together here, so that no scan takes them for real ones. */
const stripe = ['sk', 'live', 'abcdefghij0123456789'].join('_');
const token = (role: string) =>
  [{ alg: 'HS256' }, { iss: 'supabase', role }, 'x']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

describe('S3.3: nobody can read a secret in a public variable', () => {
  test('a value of the stack, named by where it is kept', () => {
    expect(said(rule, { inputs: file(`NEXT_PUBLIC_KEY=${secret}`) })).toEqual([
      "codeb:index:Workload 'shop': files.config/app.env: NEXT_PUBLIC_KEY: found the stack's secret " +
        'codeb:variables.shop.API_KEY, expected a value that everybody may read',
    ]);
    expect(said(rule, { inputs: file('NEXT_PUBLIC_KEY=abc') })).toEqual([]);
    for (const name of ['VITE_KEY', 'EXPO_PUBLIC_KEY', 'VUE_APP_KEY', 'REACT_APP_KEY']) {
      expect([name, said(rule, { inputs: file(`${name}=${secret}`) })]).toEqual([
        name,
        [expect.stringContaining(name)],
      ]);
    }
  });

  test('a reference to what the server keeps', () => {
    for (const reference of [
      '{{secret API_KEY}}',
      '{{password /var/lib/codeb/projects/shop/config/postgres.password}}',
    ]) {
      expect(said(rule, { inputs: file(`NEXT_PUBLIC_KEY=${reference}`) })).toHaveLength(1);
      expect(said(rule, { inputs: file(`API_KEY=${reference}`) })).toEqual([]);
    }
  });

  test('a variable of a unit', () => {
    const units = { 'shop-app.container': `[Container]\nEnvironment=A=b "NEXT_PUBLIC_KEY=${stripe}"\n` };
    const [found] = said(rule, { inputs: workload({ units }) });
    expect(found).toContain('found a secret key of Stripe');
    expect(found).not.toContain(stripe);
  });

  test('the command of a migration, one with a word that is not known yet as well', () => {
    const migrating = (...command: (string | undefined)[]) =>
      said(rule, { inputs: workload({ migrations: [{ image: 'shop:2', command }] }) });
    expect(migrating('migrate', undefined, `--key=${secret}`)).toEqual([
      "codeb:index:Workload 'shop': migrations.0.command: found the stack's secret codeb:variables.shop.API_KEY, " +
        'expected a value that everybody may read',
    ]);
    expect(migrating('migrate', '{{secret API_KEY}}')).toHaveLength(1);
    expect(migrating('migrate', 'up')).toEqual([]);
  });

  test('a variable and a command of a container', () => {
    const type = 'docker:index/container:Container';
    const check = (inputs: object) => said(rule, { type, inputs });
    expect(
      check({ envs: [`API_KEY=${secret}`, `NEXT_PUBLIC_KEY=${secret}`, `A=b NEXT_PUBLIC_KEY=${secret}`] }),
    ).toEqual([
      `${type} 'shop': envs.NEXT_PUBLIC_KEY: found the stack's secret codeb:variables.shop.API_KEY, ` +
        'expected a value that everybody may read',
    ]);
    expect(check({ command: ['serve', `--key=${secret}`] })).toEqual([
      `${type} 'shop': command: found the stack's secret codeb:variables.shop.API_KEY, ` +
        'expected a value that everybody may read',
    ]);
    const [found] = check({ entrypoints: ['serve', stripe] });
    expect(found).toContain('entrypoints: found a secret key of Stripe');
    expect(found).not.toContain(stripe);
    expect(check({ envs: [`API_KEY=${secret}`, 'NEXT_PUBLIC_URL=https://example.org'], command: ['serve'] })).toEqual(
      [],
    );
  });

  test('plain text of a Pages project; its secrets only where they are built into pages', () => {
    const envVars = (name: string, type: string, value: string) => ({
      deploymentConfigs: { production: { envVars: { [name]: { type, value } } } },
    });
    const check = (inputs: object) => said(rule, { type: 'cloudflare:index/pagesProject:PagesProject', inputs });
    expect(check(envVars('API_KEY', 'plain_text', stripe))[0]).toContain(
      'deploymentConfigs.production.envVars.API_KEY',
    );
    expect(check(envVars('API_KEY', 'secret_text', stripe))).toEqual([]);
    expect(check(envVars('NEXT_PUBLIC_KEY', 'secret_text', stripe))).toHaveLength(1);
    expect(check(envVars('API_URL', 'plain_text', 'https://example.org'))).toEqual([]);
  });

  test('variables of GitHub', () => {
    const type = 'github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable';
    expect(said(rule, { type, inputs: { variableName: 'KEY', value: secret } })[0]).toContain('value of KEY');
    expect(said(rule, { type, inputs: { variableName: 'URL', value: 'https://example.org' } })).toEqual([]);
  });

  test.each([
    ['a private key (PEM)', `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----`],
    ['an access key of AWS', `AKIA${'ABCDEFGHIJKLMNOP'}`],
    ['a token of GitHub', `ghp_${'a'.repeat(36)}`],
    ['an address with a password', 'postgres://shop:hunter2@db.example.org/shop'],
    ["the service_role key of Supabase, past every row's rules", token('service_role')],
  ])('%s is known by its form', (what, text) => {
    expect(keyIn(`x ${text} y`)).toBe(what);
  });

  test.each([token('anon'), 'pk_live_abcdefghij0123456789', 'https://key@sentry.example.org/1', 'G-ABCDEF1234'])(
    '%s is meant for everybody',
    (text) => {
      expect(keyIn(text)).toBeUndefined();
    },
  );
});

test('S3.3: the secret values of a stack, as the engine hands its configuration on', () => {
  const config = {
    'codeb:environment': 'production',
    'codeb:variables': JSON.stringify({ shop: { API_KEY: { value: secret, since: '2026-11-21' }, SHORT: 'x' } }),
    'codeb:credentials': JSON.stringify({ main: { dnsSecret: 'c2VjcmV0LXNlY3JldA==' } }),
    'cloudflare:apiToken': 'token-of-the-zone',
    'codeb:servers': JSON.stringify({ main: { host: 'example.org' } }),
  };
  expect(stackSecrets(JSON.stringify(config))).toEqual([
    { path: 'codeb:variables.shop.API_KEY.value', value: secret },
    { path: 'codeb:credentials.main.dnsSecret', value: 'c2VjcmV0LXNlY3JldA==' },
    { path: 'cloudflare:apiToken', value: 'token-of-the-zone' },
  ]);
  expect(stackSecrets(undefined)).toEqual([]);
});
