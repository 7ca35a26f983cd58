import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import program from '../../index.ts';
import type { Box } from '../../sandbox/box.ts';
import { sandboxConfig, sandboxSettings } from '../../sandbox/settings.ts';
import { startAgent } from '../../sandbox/ssh-agent.ts';
import { configure } from '../../sandbox/stack-config.ts';
import { startStandIns } from '../../sandbox/stand-ins.ts';
import { waitFor } from '../../sandbox/wait.ts';
import { containerName } from '../../stacks/names.ts';
import { plan } from '../../stacks/plan.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import type { Limits } from '../../stacks/services.ts';
import { run, Stacks } from '../server/stacks.ts';
import { ControlGroup } from './control-group.ts';
import { greedy, pushGreedyWorker } from './greedy-worker.ts';
import { describeOnMachine, testMachine } from './on-machine.ts';

const stage = { environment: 'production' } as const;
const images = Object.fromEntries(
  ['python', 'cpp', 'java'].map((language) => [language, `ghcr.io/ai-code-battle/runtime-${language}:greedy`]),
);
const changes = { projects: { 'code-battle': { images } }, protectData: false };

/** Milliseconds; qemu's own processor is slow. */
const deadline = 120_000;
/** Microseconds of a period of the processor that systemd counts in: CPUQuotaPeriodSec=, systemd.resource-control(5). */
const period = 100_000;

describeOnMachine('limits of workloads on a kernel of their own (S1.3, S2.6)', () => {
  let box: Box;
  let limits: Map<string, Limits>;
  /** What is ended after the tests, the last first. */
  const ends: (() => Promise<void>)[] = [];
  const of = (purpose: string) => new ControlGroup(box, containerName('code-battle', purpose));

  /** Since when each unit but one runs, and the machine itself. */
  const neighboursOf = async (purpose: string) => {
    const names = [...limits.keys()].filter((name) => name !== containerName('code-battle', purpose));
    const show = `systemctl --user show -p Id -p ActiveState -p ActiveEnterTimestampMonotonic ${names.join(' ')}`;
    const boot = await box.exec('cat /proc/sys/kernel/random/boot_id');
    return `${boot.stdout}${(await of(purpose).run(show)).stdout}`;
  };
  const restarted = async (group: ControlGroup, restarts: number) =>
    waitFor(`${group.unit} to run again`, deadline, async () => {
      const { ActiveState: state, NRestarts: now } = await group.properties('ActiveState', 'NRestarts');
      return state === 'active' && Number(now) > restarts ? true : undefined;
    });

  beforeAll(async () => {
    box = await testMachine();
    limits = plannedLimits(box);
    // A limit of memory that leaves swap open would not bite.
    const swap = await box.exec('fallocate -l 1G /swap && chmod 0600 /swap && mkswap /swap && swapon /swap');
    expect(swap, swap.stderr).toMatchObject({ code: 0 });
    await pushGreedyWorker(box, Object.values(images));
    const stacks = await Stacks.begin();
    // Not destroyed: the machine goes as a whole.
    ends.push(() => rm(stacks.folder, { recursive: true, force: true }));
    ends.push(await startAgent(box));
    const standIns = await startStandIns(box, stacks.folder);
    ends.push(() => standIns.end());
    const stack = await stacks.open('production', program, standIns.environment);
    await configure(stack, sandboxConfig(box, stage, changes));
    const outcome = await run(stack, 'up');
    expect(outcome, outcome.text).toMatchObject({ failed: false });
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  test('S1.3, S2.6: every container is in the group of its unit, which has the limits of the plan', async () => {
    expect([...limits.keys()]).toContain('code-battle-python');
    for (const [unit, { memory, cpus, tasks }] of limits) {
      const group = new ControlGroup(box, unit);
      const [memoryMax, cpuMax, pidsMax] = await group.values('memory.max', 'cpu.max', 'pids.max');
      const known = await group.properties('ControlGroup', 'MemoryMax', 'CPUQuotaPerSecUSec', 'TasksMax');
      const found = { unit, container: await group.ofContainer(), memoryMax, cpuMax, pidsMax, ...known };
      expect(found).toEqual({
        unit,
        container: expect.stringContaining(`${known.ControlGroup}/libpod-payload-`),
        memoryMax: String(bytes(memory)),
        cpuMax: `${cpus * period} ${period}`,
        pidsMax: String(tasks),
        ControlGroup: expect.stringMatching(new RegExp(`^/.*/${unit}\\.service$`)),
        MemoryMax: String(bytes(memory)),
        CPUQuotaPerSecUSec: cpus < 1 ? `${cpus * 1000}ms` : `${cpus}s`,
        TasksMax: String(tasks),
      });
    }
  });

  test.each([
    { purpose: 'python', within: 128, beyond: 512 },
    // In a pod, and with a network.
    { purpose: 'postgres', within: 256, beyond: 1024 },
  ])('S1.3: what takes more memory than $purpose may have is killed alone', async ({ purpose, within, beyond }) => {
    const group = of(purpose);
    const command = (megabytes: number) =>
      purpose === 'postgres' ? `dd if=/dev/zero of=/dev/null bs=${megabytes}M count=1` : greedy.memory(megabytes);
    const began = await group.properties('ActiveEnterTimestampMonotonic');
    const neighbours = await neighboursOf(purpose);
    const kills = async () => (await group.numbers('memory.events')).oom_kill ?? 0;
    expect(await group.inside(command(within))).toMatchObject({ code: 0 });
    expect(await kills()).toBe(0);

    // 128 + SIGKILL.
    expect(await group.inside(command(beyond))).toMatchObject({ code: 137 });
    expect(await kills()).toBeGreaterThan(0);
    expect(await group.properties('ActiveEnterTimestampMonotonic')).toEqual(began);
    expect(await neighboursOf(purpose)).toBe(neighbours);
  });

  test('S2.6: a worker that itself takes more memory than it may is killed by the kernel, and starts again', async () => {
    const group = of('python');
    const { ControlGroup: path, NRestarts: restarts } = await group.properties('ControlGroup', 'NRestarts');
    const neighbours = await neighboursOf('python');
    const killsIn = async () =>
      Number((await box.exec(`journalctl --dmesg --no-pager | grep -c 'oom-kill:.*oom_memcg=${path},'`)).stdout);
    const kills = await killsIn();

    expect(await group.podman(`kill --signal USR1 ${group.unit}`)).toMatchObject({ code: 0 });
    await restarted(group, Number(restarts));
    expect(await killsIn()).toBe(kills + 1);
    expect(await group.inside(greedy.nothing())).toMatchObject({ code: 0 });
    expect(await neighboursOf('python')).toBe(neighbours);
  });

  test('S1.3: a worker that starts more processes than it may is refused them', async () => {
    const group = of('cpp');
    const neighbours = await neighboursOf('cpp');
    const { tasks } = limitsOf(limits, group.unit);
    expect((await group.numbers('pids.events')).max).toBe(0);
    const storm = await group.inside(greedy.tasks(4 * tasks));
    expect(storm.code).not.toBe(0);
    expect(storm.stdout).not.toContain('all are there');
    expect((await group.numbers('pids.events')).max).toBeGreaterThan(0);
    expect(await group.values('pids.peak')).toEqual([String(tasks)]);

    expect(await of('java').inside(greedy.nothing())).toMatchObject({ code: 0 });
    expect(await neighboursOf('cpp')).toBe(neighbours);
    // Also one that has no process left to stop itself with.
    expect(await group.run(`systemctl --user restart ${group.unit}`)).toMatchObject({ code: 0 });
    expect(Number(await group.values('pids.current'))).toBeLessThan(tasks);
  });

  test('S1.3: a worker that computes without an end gets the share of the processor that it may have', async () => {
    const group = of('java');
    const neighbours = await neighboursOf('java');
    const { cpus } = limitsOf(limits, group.unit);
    const before = await group.numbers('cpu.stat');
    expect(await group.inside(greedy.processor(2))).toMatchObject({ code: 0 });
    const after = await waitFor(`${group.unit} to be throttled`, deadline, async () => {
      const now = await group.numbers('cpu.stat');
      return grown(before, now, 'nr_throttled') >= 50 ? now : undefined;
    });
    const perPeriod = grown(before, after, 'usage_usec') / grown(before, after, 'nr_periods');
    expect(perPeriod / period).toBeLessThan(cpus * 1.2);
    expect(await neighboursOf('java')).toBe(neighbours);
    expect(await group.run(`systemctl --user restart ${group.unit}`)).toMatchObject({ code: 0 });
  });

  test('S1.3: a worker has no network', async () => {
    const group = of('python');
    expect((await group.inside(greedy.interfaces())).stdout.trim()).toBe('lo');
    expect((await group.inside(greedy.ask('10.0.2.15'))).stderr).toMatch(/unreachable/);
  });
});

/** Of every container of the project, by its unit. */
function plannedLimits(box: Box): Map<string, Limits> {
  const planned = plan({ settings: sandboxSettings(box, stage, changes), projects: hostedProjects });
  const pod = planned.kind === 'ok' ? planned.plan.projects[0]?.pod : undefined;
  if (!pod) throw new Error('code-battle is not planned');
  const { slug, apps, workers, postgres, redis } = pod;
  const services = [
    ...apps.flatMap(({ replicas, limits }) => replicas.map(({ name }) => ({ name, limits }))),
    ...workers.flatMap(({ replicas, limits }) => replicas.map((name) => ({ name, limits }))),
    ...Object.entries({ postgres, redis }).flatMap(([name, service]) =>
      service ? [{ name, limits: service.limits }] : [],
    ),
  ];
  return new Map(services.map(({ name, limits }) => [containerName(slug, name), limits]));
}

function limitsOf(limits: Map<string, Limits>, unit: string): Limits {
  const found = limits.get(unit);
  if (!found) throw new Error(`the plan has no container '${unit}'`);
  return found;
}

/** systemd's suffixes are powers of 1024: systemd.resource-control(5), MemoryMax=. */
function bytes(size: string): number {
  const [, number, suffix = ''] = /^(\d+)([KMG])$/.exec(size) ?? [];
  return Number(number) * 1024 ** ('KMG'.indexOf(suffix) + 1);
}

function grown(before: Record<string, number>, after: Record<string, number>, name: string): number {
  return (after[name] ?? 0) - (before[name] ?? 0);
}
