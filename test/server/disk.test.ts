import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workload } from '../../components/codeb.ts';
import type { Box } from '../../sandbox/box.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { run, Stacks, serverOf } from './stacks.ts';

describeOnServer('a full disk', () => {
  let box: Box;
  let stacks: Stacks;
  const directory = '/var/lib/codeb/projects/tight';
  const wanted = { content: 'small\n' };
  const open = () =>
    stacks.open('tight', async () => {
      const files = {
        'config/one': { content: wanted.content, mode: '0600' },
        'config/two': { content: `2 ${wanted.content}`, mode: '0600' },
      };
      new Workload(
        'tight',
        { slug: 'tight', directory, folders: { config: '0700' }, files },
        { provider: serverOf(box) },
      );
      return {};
    });

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
  });
  afterAll(() => stacks.end());

  test.each([
    { what: 'where the files are to be', folder: directory, fill: 'true' },
    { what: 'where they are staged', folder: '/var/lib/codeb/stage', fill: 'true' },
    {
      what: 'where what was before is kept',
      folder: '/var/lib/codeb/state',
      fill: 'head -c 1M /dev/zero >/var/lib/codeb/state/fill; true',
    },
  ])('$what: refused with the reason, and the files are as before', async ({ folder, fill }) => {
    wanted.content = 'small\n';
    await box.exec(`mkdir -p ${folder} && mount -t tmpfs -o size=128k,mode=0755 tmpfs ${folder}`);
    try {
      expect(await run(await open(), 'up')).toMatchObject({ failed: false });
      wanted.content = 'x'.repeat(100_000);
      await box.exec(fill);
      const refused = await run(await open(), 'up');
      expect(refused.failed).toBe(true);
      expect(refused.text).toMatch(/No space left on device/);
      expect(refused.text).toMatch(/nothing was changed|the previous state of 'tight' is back/);
      expect((await box.exec(`cat ${directory}/config/one ${directory}/config/two`)).stdout).toBe('small\n2 small\n');
      await box.exec('rm -f /var/lib/codeb/state/fill');
      wanted.content = 'small\n';
      expect((await run(await open(), 'up')).changes).toEqual({ same: 3 });
    } finally {
      await run(await open(), 'destroy');
      await box.exec(`umount ${folder}`);
    }
  });
});
