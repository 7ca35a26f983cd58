/** A project that goes to another server: two boxes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Server } from '../../components/server.ts';
import type { Box } from '../../sandbox/box.ts';
import { sandboxServers } from '../../sandbox/settings.ts';
import { startAgent } from '../../sandbox/ssh-agent.ts';
import { server as serverSettings } from '../../stacks/settings.ts';
import { describeOnServer, newBox, testBox } from './on-server.ts';
import { directoryOf, shop } from './shop.ts';
import { preview, run, Stacks, serverOf } from './stacks.ts';

describeOnServer('a project that gets another server (C.1, S2.7)', () => {
  const slug = 'plum';
  let boxes: { first: Box; second: Box };
  let stacks: Stacks;
  let endAgent: () => Promise<void>;
  const open = (name: keyof typeof boxes) =>
    stacks.open('travels', async () => {
      shop(serverOf(boxes[name], name), { slug });
      return {};
    });
  const visit = async (name: keyof typeof boxes) =>
    (await boxes[name].exec(`curl -s -o /dev/null -w '%{http_code}' -H 'Host: ${slug}.codeb.dev' http://127.0.0.1/`))
      .stdout;

  beforeAll(async () => {
    stacks = await Stacks.begin();
    const second = await newBox({ name: 'test-second', base: { kind: 'prepared' } });
    boxes = { first: await testBox(), second };
    endAgent = await startAgent(second);
    const prepared = await run(
      await stacks.open('second', async () => {
        new Server('second', { settings: serverSettings.parse(sandboxServers(second, 'production').codeb) });
        return {};
      }),
      'up',
    );
    expect(prepared, prepared.text).toMatchObject({ failed: false });
  });
  afterAll(async () => {
    await stacks.end();
    await endAgent();
    await boxes.second.down();
  });

  test('is made anew there, as the preview says, and leaves its data where it was', async () => {
    expect(await run(await open('first'), 'up')).toMatchObject({ failed: false });
    expect(await visit('first')).toBe('200');
    await boxes.first.exec(`echo kept >${directoryOf(slug)}/data/postgres/row`);

    const stack = await open('second');
    const foretold = await preview(stack);
    expect(foretold, foretold.text).toMatchObject({ failed: false, changes: { create: 1, replace: 4, delete: 1 } });
    const moved = await run(stack, 'up');
    expect(moved, moved.text).toMatchObject({ failed: false, changes: { replace: 4 } });
    expect(await visit('second')).toBe('200');
    expect((await run(await open('second'), 'up')).changes).toEqual({ same: 6 });

    const left =
      'ls /etc/caddy/codeb /var/lib/codeb/leases /var/lib/codeb/state /var/lib/codeb/home/.config/containers/systemd';
    expect((await boxes.first.exec(left)).stdout).not.toContain(slug);
    expect((await boxes.first.exec(`cat ${directoryOf(slug)}/data/postgres/row`)).stdout).toBe('kept\n');
    expect(await run(await open('second'), 'destroy')).toMatchObject({ failed: false });
  });
});
