import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Box } from '../../sandbox/box.ts';
import { describeOnServer, testBox } from './on-server.ts';
import { killFamily } from './processes.ts';
import { directoryOf, images, type Shop, shop } from './shop.ts';
import { run, Stacks, serverOf } from './stacks.ts';
import { visit } from './visitor.ts';

/** When the update dies: at a step of the engine, or when something has come about on the server. */
type Moment = { engine: string } | { server: (wanted: Shop) => string };

const slug = 'brisk';
const units = `/var/lib/codeb/home/.config/containers/systemd/${slug}`;

const moments: { what: string; when: Moment }[] = [
  { what: 'before anything is made', when: { engine: 'begin' } },
  { what: 'while the port is leased', when: { engine: 'before codeb:index:PortLease' } },
  { what: 'when the port is leased', when: { engine: 'after codeb:index:PortLease' } },
  { what: 'when the password is made', when: { engine: 'after codeb:index:Password' } },
  { what: 'when the workload begins', when: { engine: 'before codeb:index:Workload' } },
  { what: 'when the files are noted', when: { server: () => `[ -e /var/lib/codeb/state/${slug}/pending ]` } },
  {
    what: 'when the units are in place',
    when: { server: ({ image = images.first }) => `grep -sqx Image=${image} ${units}/${slug}-app.container` },
  },
  // The brackets keep the pattern from matching the shell that asks.
  { what: 'when the pod is up', when: { server: () => `pgrep -f 'project-${slug}-[i]nfra'` } },
  { what: 'when the workload is done', when: { engine: 'after codeb:index:Workload' } },
  { what: 'while the site is loaded', when: { engine: 'before codeb:index:CaddySite' } },
  {
    what: 'when Caddy runs the site, before its file is in place',
    when: { server: () => '[ -e /etc/caddy/codeb/.new ]' },
  },
];

describeOnServer('an update that is killed, engine and provider', () => {
  let box: Box;
  let stacks: Stacks;
  const open = (wanted: Shop) =>
    stacks.open(wanted.slug, async () => {
      shop(serverOf(box), wanted);
      return {};
    });

  beforeAll(async () => {
    box = await testBox();
    stacks = await Stacks.begin();
    expect(await run(await open({ slug: 'steady' }), 'up')).toMatchObject({ failed: false });
  });
  afterAll(() => stacks.end());

  /** Starts an update and kills it at the moment; returns once it is gone, with whether it was killed before its end. */
  async function killAt(wanted: Shop, when: Moment): Promise<boolean> {
    const program = new URL('./lone-update.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [program, box.name, stacks.folder, wanted.slug, JSON.stringify(wanted)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const { pid } = child;
    if (pid === undefined) throw new Error('the update did not start');
    // Seconds of the shell that asks: one that misses the moment does not ask for ever.
    const come = (condition: string) => `until { ${condition}; } >/dev/null || ((SECONDS > 120)); do :; done`;
    if ('server' in when) void box.exec(come(when.server(wanted))).then(() => killFamily(pid));
    const seen: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      seen.push(line);
      if ('engine' in when && line === when.engine) killFamily(pid);
    }
    await gone;
    return !seen.includes('end');
  }

  async function expectWhole(wanted: Shop): Promise<void> {
    const stack = await open(wanted);
    const finished = await run(stack, 'up');
    expect(finished, finished.text).toMatchObject({ failed: false });
    expect((await run(await open(wanted), 'up')).changes).toEqual({ same: 6 });
    expect((await run(stack, 'refresh')).changes).toEqual({ same: 6 });
    const leases = (await box.exec(`grep -l '^${slug}/app ' /var/lib/codeb/leases/*`)).stdout.trim().split('\n');
    expect(leases).toHaveLength(1);
    const found = await box.exec(`
      cat ${directoryOf(slug)}/config/postgres.password; echo
      ls -A ${directoryOf(slug)}/config /etc/caddy/codeb ${units} /var/lib/codeb/stage
      ls -A /var/lib/codeb/leases | grep '^[.]'`);
    expect(found.stdout).not.toMatch(/\.new|^\.|run\./m);
    expect(await inPodman()).toBe(`${slug}-app\nproject-${slug}\nproject-${slug}-infra\n${slug}\n`);
  }

  /** Names of containers, pods and networks. */
  async function inPodman(): Promise<string> {
    const { stdout } = await box.exec(`cd / && runuser -u codeb -- env XDG_RUNTIME_DIR=/run/user/$(id -u codeb) sh -c '
      { podman ps -a --format "{{.Names}}"; podman pod ls --format "{{.Name}}"; } | sort
      podman network ls --format "{{.Name}}"' | grep ${slug}`);
    return stdout;
  }

  const password = async () => (await box.exec(`cat ${directoryOf(slug)}/config/postgres.password`)).stdout;

  test.each(moments)('$what: the next one finishes it, on a first deploy', async ({ when }) => {
    const visitor = visit(box.httpPort, 'steady.codeb.dev');
    const before = await password();
    // On a busy machine the update may be done before it is hit: then it is begun anew.
    for (let tries = 1; !(await killAt({ slug }, when)); tries++) {
      expect(tries, 'it was killed before its end').toBeLessThan(3);
      await run(await open({ slug }), 'destroy');
    }
    const meanwhile = await password();
    await expectWhole({ slug });
    if (before) expect(await password()).toBe(before);
    if (meanwhile) expect(await password()).toBe(meanwhile);
    const { served, lost } = await visitor.end();
    expect(lost).toEqual([]);
    expect(served).toBeGreaterThan(0);
    await run(await open({ slug }), 'destroy');
    expect(await inPodman()).toBe('');
  });

  test('with the agent on the server as well: a service of it that is not wanted any more does not stay', async () => {
    const hasStarted = `pgrep -f '[c]onmon .*${slug}-worker'`;
    const agentDies = { server: () => `${hasStarted} && pkill -KILL -f '^bash -c eval'` };
    expect(await killAt({ slug, worker: true }, agentDies), 'it was killed before its end').toBe(true);
    expect(await box.exec(hasStarted), 'it was left running').toMatchObject({ code: 0 });
    await expectWhole({ slug });
    await run(await open({ slug }), 'destroy');
    expect(await inPodman()).toBe('');
  });

  test.each(moments.filter(({ what }) => /workload|files|units|site/.test(what)))(
    '$what: the next one finishes it, on a change',
    async ({ when }) => {
      await run(await open({ slug }), 'up');
      const visitor = visit(box.httpPort, 'steady.codeb.dev');
      const before = await password();
      const changed = { slug, image: images.second, variable: 'changed', address: 'http://other.codeb.dev' };
      expect(await killAt(changed, when), 'it was killed before its end').toBe(true);
      await expectWhole(changed);
      expect(await password()).toBe(before);
      expect((await visitor.end()).lost).toEqual([]);
      await run(await open({ slug }), 'destroy');
    },
  );
});
