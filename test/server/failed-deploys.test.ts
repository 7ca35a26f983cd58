import { beforeAll, expect, test } from 'vitest';
import type { Box } from '../../sandbox/box.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { directoryOf, images, type Shop, shop } from './shop.ts';
import { type Outcome, run, Stacks, serverOf } from './stacks.ts';

const slug = 'frail';
const state = `/var/lib/codeb/state/${slug}`;
const units = `/var/lib/codeb/home/.config/containers/systemd/${slug}`;

describeOnServer('a deploy that fails (S2.7)', () => {
  let box: Box;
  let stacks: Stacks;
  const open = (wanted: Omit<Shop, 'slug'>) =>
    stacks.open(slug, async () => {
      const { lease } = shop(serverOf(box), { slug, ...wanted });
      return { port: lease.port };
    });
  const up = async (wanted: Omit<Shop, 'slug'> = {}): Promise<Outcome> => run(await open(wanted), 'up');
  const must = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await box.exec(script);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const expectWhole = async (): Promise<void> => {
    const finished = await up();
    expect(finished, finished.text).toMatchObject({ failed: false });
    expect((await up()).changes).toEqual({ same: 6 });
    expect((await run(await open({}), 'refresh')).changes).toEqual({ same: 6 });
    const { port } = await (await open({})).outputs();
    await must(`curl -sf http://127.0.0.1:${port?.value}/`);
  };

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    return () => stacks.end();
  });

  test('a first one that is refused leaves no trace of the workload', async () => {
    expect((await up({ image: 'ghcr.io/codeb/none:1' })).text).toMatch(/cannot be had; nothing was changed/);
    expect(await must(`ls -d ${state} ${units} 2>/dev/null || true`)).toBe('');
  });

  test('a first one that never becomes healthy is taken back', async () => {
    expect((await up({ image: images.unhealthy, deadline: 3 })).text).toMatch(
      /503.*nothing of 'frail' is left running; its data is kept/s,
    );
    expect(await must(`ls -d ${state} ${units} 2>/dev/null || true`)).toBe('');
    expect(await must(`cd / && runuser -u codeb -- podman ps -a --format '{{.Names}}'`)).not.toContain(slug);
    await expectWhole();
  });

  test('what was removed by hand cannot be gone back to: that is told, and the next update mends it', async () => {
    await must(`rm ${units}/${slug}-app.container`);
    expect((await up({ image: images.unhealthy, deadline: 3 })).text).toMatch(
      /503.*frail-app.service.* not found.*going back to the previous state of 'frail' failed as well/s,
    );
    await expectWhole();
  });

  test('a service that is to go and that systemd does not know any more is no obstacle', async () => {
    await must(`echo 'frail-gone.service frail-gone.container frail-gone' >>${state}/services`);
    const changed = await up({ variable: 'other' });
    expect(changed, changed.text).toMatchObject({ failed: false });
    await expectWhole();
  });

  test.each([
    { what: 'the files are noted', when: `[ -e ${state}/pending ]` },
    { what: 'the new unit is in place', when: `grep -sqx Image=${images.second} ${units}/${slug}-app.container` },
    { what: 'services are started', when: `[ -e ${state}/started ]` },
  ])('the agent is killed when $what: the next update finishes it', async ({ when }) => {
    const killed = box.exec(`until ${when}; do :; done; pkill -9 -f '[e]val "\\$\\(head -c'`, { deadline: 60_000 });
    const outcome = await up({ image: images.second, variable: when.length.toString() });
    expect(await killed).toMatchObject({ code: 0 });
    expect(outcome.text).toMatch(/run the update again to see it through/);
    await expectWhole();
  });

  test('a destroy leaves nothing but the password', async () => {
    expect(await run(await open({}), 'destroy')).toMatchObject({ failed: false });
    expect(await must(`find ${directoryOf(slug)} -type f`)).toBe(`${directoryOf(slug)}/config/postgres.password\n`);
  });
});
