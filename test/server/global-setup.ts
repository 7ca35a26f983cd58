/** Boots and prepares the one server that the tests share, and removes it after the last of them. */
import type { TestProject } from 'vitest/node';
import { Server } from '../../components/server.ts';
import { bootBox, removeBox } from '../../sandbox/box.ts';
import { provideNeeds } from '../../sandbox/needs.ts';
import { terminalProgress } from '../../sandbox/progress.ts';
import { sandboxServers } from '../../sandbox/settings.ts';
import { startAgent } from '../../sandbox/ssh-agent.ts';
import { server as serverSettings } from '../../stacks/settings.ts';
import { run, Stacks } from './stacks.ts';

/** Whether the tests have a server, and which. */
export type TestServer = { kind: 'able'; box: string } | { kind: 'unable'; reasons: string[] };

const name = 'test';

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const progress = terminalProgress();
  const needs = await provideNeeds(progress);
  if (needs.kind === 'unable') {
    if (process.env.CI === 'true') throw new Error(`no server for the tests: ${needs.reasons.join('; ')}`);
    project.provide('server', { kind: 'unable', reasons: [...needs.reasons] });
    return undefined;
  }
  // One that an earlier run left behind is not as it was.
  await removeBox(name);
  const box = await bootBox({ name, base: { kind: 'prepared' } }, progress);
  const endAgent = await startAgent(box);
  await progress.step('prepare the server of the tests', async () => {
    const stacks = await Stacks.begin();
    for (const [zone, settings] of Object.entries(sandboxServers(box, 'production'))) {
      const stack = await stacks.open(zone, async () => {
        new Server(zone, { settings: serverSettings.parse(settings) });
        return {};
      });
      const outcome = await run(stack, 'up');
      if (outcome.failed) throw new Error(outcome.text);
    }
    await stacks.end();
  });
  project.provide('server', { kind: 'able', box: box.name });
  return async () => {
    await endAgent();
    await box.down();
  };
}
