import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { preparationOf } from '../../components/server/preparation.ts';
import { server as serverSettings } from '../../stacks/settings.ts';

const settings = {
  host: 'one-q.xyz',
  hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII9TldSoipkfJFTkADPNNxM97RRmfaWGK5juE+hBAat/',
  addresses: { ipv4: '192.0.2.10' },
  dns: { backend: 'powerdns', zones: ['codeb.dev', 'codeb.one-q.xyz'] },
  acme: { email: "o'neil@codeb.dev" },
};
const bind9 = { backend: 'rfc2136', zones: ['codeb.dev'], tsig: { name: 'codeb' } };
const prepare = (more: object = {}) => preparationOf(serverSettings.parse({ ...settings, ...more }));

test('the secret is in the standard input alone, as the rest of the line after the script', () => {
  const { command, stdin } = prepare();
  expect(command).not.toContain('c2VjcmV0');
  const length = Number(/head -c (\d+)/.exec(command)?.[1]);
  expect(stdin('c2VjcmV0').slice(length)).toBe('c2VjcmV0\n');
});

test('a shell gives the script each setting as it was, through sudo where that is asked for', () => {
  const { command } = prepare();
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' }).split('\n');
  expect(words).toEqual(expect.arrayContaining(["acme_email=o'neil@codeb.dev", 'zones=codeb.dev codeb.one-q.xyz']));
  expect(prepare({ privilege: 'sudo' }).command).toBe(`sudo -n ${command}`);
});

test('a changed setting is a changed command, and nothing else is', () => {
  expect(prepare().command).toBe(prepare().command);
  expect(prepare({ addresses: { ipv4: '192.0.2.11' } }).command).not.toBe(prepare().command);
});

test.each([
  { dns: settings.dns, expected: 'dns=powerdns' },
  { dns: bind9, expected: 'dns=bind9' },
  { dns: { ...bind9, server: '192.0.2.53' }, expected: 'dns=elsewhere' },
])('the name server that is prepared: $expected', ({ dns, expected }) => {
  expect(prepare({ dns }).command.split(' ')).toContain(expected);
});

test('every part of the script is bash', () => {
  const { stdin } = prepare();
  const script = Buffer.from(stdin('').trim(), 'base64').toString();
  expect(() => execFileSync('bash', ['-n'], { input: script })).not.toThrow();
});
