/** The policy pack in the real engine, over the stack of a chat whose server is never reached. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodebServer, PortLease, Workload } from '../../components/codeb.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';

const pack = resolve(import.meta.dirname, '..', '..', 'policy');

const chats = [{ id: 'abc123', created: 1764547200 }];

let folder: string;
let cli: string;
beforeAll(async () => {
  cli = await findPulumi(silent);
  folder = await mkdtemp(join(tmpdir(), 'codeb-policy-'));
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @param url what an app of the stack is told */
async function previewOf(environment: 'staging' | 'production', url = 'https://example.org'): Promise<string> {
  const stack = await openStack({
    ...{ cli, folder, name: 'sprintsolo-chat-abc123', passphrase: 'policy' },
    program: async () => {
      const connection = { host: '127.0.0.1', port: 1, hostKey: 'ssh-ed25519 AAAA' };
      const provider = new CodebServer('box', { connection, privilege: 'root' });
      new PortLease('sprintsolo-app', { owner: 'sprintsolo/app', range: { from: 3000, to: 3099 } }, { provider });
      const files = { 'config/app.env': { content: `URL=${url}\n` } };
      const slug = 'sprintsolo-staging';
      new Workload(slug, { slug, directory: `/var/lib/codeb/projects/${slug}`, files, units: {} }, { provider });
      return {};
    },
  });
  await stack.setConfig('codeb:environment', { value: environment });
  await stack.setConfig('codeb:projects', { value: JSON.stringify({ sprintsolo: { only: 'chats', chats } }) });
  return await stack.preview({ policyPacks: [pack], color: 'never' }).then(
    () => 'let through',
    (error: unknown) => String(error),
  );
}

test('S3.2: the stack of a chat is what its settings say, whatever its name is', { timeout: 120_000 }, async () => {
  expect(await previewOf('production')).toBe('let through');
  const inStaging = await previewOf('staging', 'https://abc123.sprint.solo.dev');
  expect(inStaging).toContain("owner: found 'sprintsolo/app', expected a name of staging");
  expect(inStaging).toContain("files.config/app.env.content: found production's host 'abc123.sprint.solo.dev'");
});
