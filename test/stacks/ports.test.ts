import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EnvironmentName, environmentNames, environments, systemPorts } from '../../stacks/environments.ts';
import type { PlannedProject } from '../../stacks/planned-project.ts';
import { capacity, inRange, type PortRequest, rangeOf } from '../../stacks/ports.ts';
import { project, server, settings } from './inputs.ts';
import { planned } from './planned.ts';

const withData = (name: string) =>
  project(name, {
    services: {
      apps: { app: { image: 'ghcr.io/example/app:1.0.0' } },
      postgres: { kind: 'own' },
      redis: { kind: 'own' },
    },
  });

/** With a digit behind the first letter: no such name is taken, as `ns` is by Podman and `postgres` by PostgreSQL. */
const names = fc.uniqueArray(fc.stringMatching(/^[a-z][0-9][a-z0-9]{0,10}$/), { minLength: 1, maxLength: 20 });
/** A preview is of one project alone. */
const stage = fc.constantFrom<EnvironmentName>('production', 'staging');
const stack = (environment: EnvironmentName) => settings({ environment });

/** The ports that a server gives for each request, by its owner, as `agent/lease.sh` does; `held` are given already. */
function allot(requests: readonly PortRequest[], held: ReadonlyMap<string, number> = new Map()): Map<string, number> {
  const given = new Map(held);
  for (const { owner, range, reserved, before, port: wanted } of requests) {
    if (given.has(owner)) continue;
    const isTaken = (port: number) => [...given.values()].includes(port);
    if (wanted !== undefined && isTaken(wanted)) throw new Error(`${wanted} is held`);
    const free = Array.from({ length: range.to - range.from + 1 }, (_, index) => range.from + index).filter(
      (port) => !isTaken(port) && !reserved.includes(port),
    );
    const port = wanted ?? free[before.filter((other) => !given.has(other)).length];
    expect(port !== undefined && inRange(range, port)).toBe(true);
    given.set(owner, port ?? 0);
  }
  return given;
}

const requestsOf = (plan: ReturnType<typeof planned>) =>
  plan.projects.flatMap(({ pod }) => Object.values(pod?.ports ?? {}));

describe('ports', () => {
  test('S4.1: the ranges of environments do not overlap, and those of kinds do not either', () => {
    const apps = environmentNames.map((name) => environments[name].ports.app);
    const { postgres, redis } = environments.production.ports;
    const ranges = [...apps, postgres, redis].sort((a, b) => a.from - b.from);
    ranges.slice(1).forEach((range, index) => {
      expect(range.from).toBeGreaterThan(ranges[index]?.to ?? 0);
    });
  });

  test('S4.1: every request has a port in its range, no two have one, and no reserved one is given', () => {
    fc.assert(
      fc.property(names, stage, (all, environment) => {
        const plan = planned({ settings: stack(environment), projects: all.map(withData) });
        const requests = requestsOf(plan);
        const given = allot(requests);
        expect(given.size).toBe(requests.length);
        expect(new Set(given.values()).size).toBe(requests.length);
        for (const port of Object.values(systemPorts)) expect([...given.values()]).not.toContain(port);
      }),
    );
  });

  test('S2.3: which port each gets hangs neither on who asks first nor on one that another asks for by number', () => {
    fc.assert(
      fc.property(names, fc.nat(60), fc.array(fc.nat()), fc.nat(), (all, offset, order, heldOnes) => {
        const last = all.length - 1;
        const projects = all.map((name, index) =>
          project(name, {
            services: { apps: { app: { image: 'ghcr.io/example/app:1.0.0', replicas: 2 } } },
            ...(index === last && {
              environments: { production: { server: 'main', publishedPorts: { app: 3010 + offset } } },
            }),
          }),
        );
        const requests = requestsOf(planned({ settings: stack('production'), projects }));
        const held = allot(requests.slice(0, heldOnes % requests.length));
        const shuffled = requests
          .map((request, index) => ({ request, rank: order[index] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ request }) => request);
        const alone = requests.map((request) => [request.owner, allot([request], held).get(request.owner)]);
        const given = allot(shuffled, held);
        expect(Object.fromEntries(alone)).toEqual(Object.fromEntries(given));
        expect(given.get(`${all[last]}/app`)).toBe(3010 + offset);
      }),
    );
  });

  test('a project that is added changes no other project, but for whose turn comes first', () => {
    const withoutTurns = ({ pod, ...rest }: PlannedProject) => ({
      ...rest,
      pod: pod && { ...pod, ports: Object.values(pod.ports).map((request) => ({ ...request, before: [] })) },
    });
    fc.assert(
      fc.property(names, stage, fc.nat(), (all, environment, position) => {
        const before = planned({ settings: stack(environment), projects: all.map(withData) });
        const added = [...all];
        added.splice(position % (all.length + 1), 0, 'added-one');
        const after = planned({ settings: stack(environment), projects: added.map(withData) });
        const others = after.projects.filter(({ name }) => name !== 'added-one');
        expect(others.map(withoutTurns)).toEqual(before.projects.map(withoutTurns));
      }),
    );
  });

  test('S2.3: a range is a property of the server and the environment', () => {
    const own = { ...server, ports: { production: { app: { from: 4000, to: 4999 } } } };
    const plan = planned({ settings: settings({ servers: { main: own } }), projects: [project('shop')] });
    expect(plan.projects[0]?.pod?.ports.app?.range).toEqual({ from: 4000, to: 4999 });
    const parsed = plan.servers.main?.settings;
    expect(parsed && rangeOf(parsed, { environment: 'staging' }, 'app')).toEqual({ from: 3100, to: 3199 });
  });

  test('S4.1: a project of the platform claims a system port by its name', () => {
    const api = project('api', {
      system: true,
      environments: { production: { server: 'main', publishedPorts: { app: 'api' } } },
    });
    expect(planned({ settings: settings(), projects: [api] }).projects[0]?.pod?.ports.app).toMatchObject({
      port: 3008,
    });
  });

  test('the capacity of a range is what is left of it without reserved ports', () => {
    expect(capacity({ range: { from: 3000, to: 3009 }, reserved: [3001, 3008, 4000] })).toBe(8);
  });
});
