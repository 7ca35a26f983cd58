import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hostedProjects } from '../../stacks/projects.ts';
import { plan } from '../../stacks/plan.ts';
import { secretsOf, settingsOf } from '../../stacks/settings.ts';
import { project, server, settings } from './inputs.ts';
import { planned, problems } from './planned.ts';

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

  test('have no text that would be another line of a server’s configuration', () => {
    const twoLines = 'codeb";\n};\nzone "other.org" {';
    const tsig = { name: twoLines, algorithm: 'hmac-sha256\n' };
    const dns = { backend: 'rfc2136', server: '127.0.0.1\nsend', zones: ['example.org'], tsig };
    const acme = {
      email: 'admin@example.org',
      directory: 'https://acme.example.org/directory {',
      trustedRoot: '/a\nb',
    };
    const refused = plan({ settings: settings({ servers: { main: { ...server, dns, acme } } }), projects: [] });
    const main = 'codeb.servers.main';
    expect(refused.kind === 'refused' && refused.problems).toEqual([
      { path: `${main}.dns.server`, message: 'expected a name or an address' },
      { path: `${main}.dns.tsig.name`, message: 'expected letters, digits, _, . and -' },
      { path: `${main}.dns.tsig.algorithm`, message: "expected one such as 'hmac-sha256'" },
      { path: `${main}.acme.directory`, message: "expected a URL such as 'https://acme.example.org/directory'" },
      { path: `${main}.acme.trustedRoot`, message: 'expected an absolute path of plain characters' },
    ]);
  });

  test.each([
    ['2001:DB8:0:0::10', '2001:db8::10'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['::FFFF:192.0.2.10', '::ffff:192.0.2.10'],
  ])('write the IPv6 address %s as name servers do: %s', (ipv6, written) => {
    const main = { ...server, addresses: { ...server.addresses, ipv6 } };
    const { servers } = planned({ settings: settings({ servers: { main } }), projects: [project('shop')] });
    expect(servers.main?.settings.addresses.ipv6).toBe(written);
  });

  test('refuse what is no IPv6 address', () => {
    const main = { ...server, addresses: { ...server.addresses, ipv6: 'fe80::1%eth0' } };
    expect(problems({ settings: settings({ servers: { main } }), projects: [] })).toEqual([
      'codeb.servers.main.addresses.ipv6: Invalid IPv6 address',
    ]);
  });

  test.each(['preview', 'staging', 'production'])('C.2: Pulumi.%s.yaml gives a plan', async (stack) => {
    const { config } = parse(await readFile(new URL(`Pulumi.${stack}.yaml`, root), 'utf8'));
    const plan = planned({ settings: settingsOf(config), projects: hostedProjects });
    expect(plan.projects).not.toEqual([]);
  });
});
