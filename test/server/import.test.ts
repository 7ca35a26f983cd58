import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Box } from '../../sandbox/box.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { shop } from './shop.ts';
import { run, Stacks, serverOf } from './stacks.ts';

describeOnServer('a stack whose state is lost', () => {
  let box: Box;
  let stacks: Stacks;
  const slug = 'fern';
  const open = (imported = false) =>
    stacks.open('fern', async () => {
      shop(serverOf(box), { slug, imported });
      return {};
    });
  const lose = async () => (await open()).workspace.removeStack('fern', { force: true });

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    expect(await run(await open(), 'up')).toMatchObject({ failed: false });
    await lose();
  });
  afterAll(() => stacks.end());

  test('is had again by import: what is there is what is wanted, nothing restarts (S2.7)', async () => {
    const started = () =>
      box.exec(
        'runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) systemctl --user show -p ActiveEnterTimestampMonotonic fern-app',
      );
    const before = (await started()).stdout;
    const outcome = await run(await open(true), 'up');
    expect(outcome, outcome.text).toMatchObject({ failed: false, changes: { import: 2, create: 4 } });
    expect((await started()).stdout).toBe(before);
    expect((await run(await open(), 'up')).changes).toEqual({ same: 6 });
  });

  test('is had again by a stack of the same name: the same port, the same password', async () => {
    const held = async () =>
      (await box.exec('grep -H "^fern/" /var/lib/codeb/leases/*; sha256sum /var/lib/codeb/projects/fern/config/*'))
        .stdout;
    const before = await held();
    await lose();
    const stack = await open();
    expect(await run(stack, 'up')).toMatchObject({ failed: false, changes: { create: 6 } });
    expect(await held()).toBe(before);
  });
});
