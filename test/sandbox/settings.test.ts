import { expect, test } from 'vitest';
import type { Box } from '../../sandbox/box.ts';
import { sandboxConfig, secretOf } from '../../sandbox/settings.ts';
import { plan } from '../../stacks/plan.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { secretsOf, settingsOf } from '../../stacks/settings.ts';

const refuse = () => Promise.reject(new Error('no box'));
const box: Box = {
  name: 'sandbox',
  host: '127.0.0.1',
  sshPort: 2222,
  httpPort: 8080,
  httpsPort: 8443,
  dnsPort: 5353,
  user: 'root',
  privateKey: 'a key',
  hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII9TldSoipkfJFTkADPNNxM97RRmfaWGK5juE+hBAat/',
  exec: refuse,
  acmeRoot: refuse,
  down: refuse,
};

test.each(['production', 'staging'] as const)('the hosted projects fit into the sandbox as %s', (environment) => {
  const { plain, secrets } = sandboxConfig(box, environment);
  const planned = plan({ settings: settingsOf(plain), projects: hostedProjects });
  expect(planned).toMatchObject({ kind: 'ok' });
  const credentials: Record<string, Record<string, string>> = {};
  for (const [path, value] of Object.entries(secrets)) {
    const [, server = '', name = ''] = path.split('.');
    credentials[server] = { ...credentials[server], [name]: value };
  }
  const given = secretsOf({ 'codeb:credentials': JSON.stringify(credentials) });
  if (planned.kind === 'ok') expect(parseSecrets(planned.plan, given)).toMatchObject({ kind: 'ok' });
});

test('what is plain has nothing secret in it', () => {
  const plain = JSON.stringify(sandboxConfig(box, 'production').plain);
  expect(plain).not.toContain(secretOf(box, 'dns'));
  expect(plain).not.toContain(box.privateKey);
});

test('another purpose and another box have another secret', () => {
  const secrets = [secretOf(box, 'dns'), secretOf(box, 'stack'), secretOf({ ...box, privateKey: 'another' }, 'dns')];
  expect(new Set(secrets).size).toBe(3);
});
