/** The policy pack in the real engine, over the stack of a chat whose server is never reached. */
import { expect, test } from 'vitest';
import { PortLease, Workload } from '../../components/codeb.ts';
import { stacksInEngine, unreachable, verdictOf } from './in-engine.ts';

const chats = [{ id: 'abc123', created: 1764547200 }];

const open = stacksInEngine();

/** @param url what an app of the stack is told */
async function previewOf(environment: 'staging' | 'production', url = 'https://example.org'): Promise<string> {
  const stack = await open('sprintsolo-chat-abc123', async () => {
    const provider = unreachable();
    new PortLease('sprintsolo-app', { owner: 'sprintsolo/app', range: { from: 3000, to: 3099 } }, { provider });
    const files = { 'config/app.env': { content: `URL=${url}\n` } };
    const slug = 'sprintsolo-staging';
    new Workload(slug, { slug, directory: `/var/lib/codeb/projects/${slug}`, files, units: {} }, { provider });
    return {};
  });
  await stack.setConfig('codeb:environment', { value: environment });
  await stack.setConfig('codeb:projects', { value: JSON.stringify({ sprintsolo: { only: 'chats', chats } }) });
  return await verdictOf(stack);
}

test('S3.2: the stack of a chat is what its settings say, whatever its name is', { timeout: 120_000 }, async () => {
  expect(await previewOf('production')).toBe('let through');
  const inStaging = await previewOf('staging', 'https://abc123.sprint.solo.dev');
  expect(inStaging).toContain("owner: found 'sprintsolo/app', expected a name of staging");
  expect(inStaging).toContain("files.config/app.env.content: found production's host 'abc123.sprint.solo.dev'");
});
