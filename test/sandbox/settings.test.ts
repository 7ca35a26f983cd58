import { expect, test } from 'vitest';
import type { Box } from '../../sandbox/box.ts';
import { passphraseOf, sandboxConfig } from '../../sandbox/settings.ts';
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
  const { plain } = sandboxConfig(box, environment);
  const planned = plan({ settings: settingsOf(plain), projects: hostedProjects });
  expect(planned).toMatchObject({ kind: 'ok' });
  if (planned.kind === 'ok') expect(parseSecrets(planned.plan, secretsOf(plain))).toMatchObject({ kind: 'ok' });
});

test('no key is in the settings, and a variable is a secret of its own', () => {
  const { plain, secrets } = sandboxConfig(box, 'production', { variables: { codeb: { TOKEN: 'of the test' } } });
  expect(JSON.stringify(plain)).not.toContain(box.privateKey);
  expect(secrets).toEqual({ 'codeb:variables.codeb.TOKEN': 'of the test' });
});

test('another box has another passphrase', () => {
  expect(passphraseOf({ ...box, privateKey: 'another' })).not.toBe(passphraseOf(box));
});
