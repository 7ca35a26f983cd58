import { expect, test } from 'vitest';
import type { Box } from '../../sandbox/box.ts';
import { passphraseOf, sandboxConfig } from '../../sandbox/settings.ts';
import { plan } from '../../stacks/plan.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { settingsOf } from '../../stacks/settings.ts';

const refuse = () => Promise.reject(new Error('no box'));
const box: Box = {
  name: 'sandbox',
  host: '127.0.0.1',
  sshPort: 2222,
  httpPort: 8080,
  httpsPort: 8443,
  dnsPort: 5353,
  registryPort: 5000,
  user: 'root',
  privateKey: 'a key',
  hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII9TldSoipkfJFTkADPNNxM97RRmfaWGK5juE+hBAat/',
  exec: refuse,
  acmeRoot: refuse,
  down: refuse,
};

test.each(['production', 'staging'] as const)('the hosted projects fit into the sandbox as %s', (environment) => {
  const { plain, secrets } = sandboxConfig(box, { environment });
  const planned = plan({ settings: settingsOf(plain), projects: hostedProjects });
  expect(planned).toMatchObject({ kind: 'ok' });
  expect(Object.keys(secrets)).toContain('codeb:variables.code-battle.OPENAI_API_KEY');
});

test('no key is in the settings, and a variable is a secret of its own', () => {
  const { plain, secrets } = sandboxConfig(box, { environment: 'production' });
  const staging = sandboxConfig(box, { environment: 'staging' }).secrets;
  expect(JSON.stringify(plain)).not.toContain(box.privateKey);
  for (const [path, value] of Object.entries(secrets)) {
    expect(JSON.stringify(plain)).not.toContain(value);
    if (path !== 'codeb:fingerprintKey') expect(Object.values(staging)).not.toContain(value);
  }
});

test('another box has another passphrase', () => {
  expect(passphraseOf({ ...box, privateKey: 'another' })).not.toBe(passphraseOf(box));
});
