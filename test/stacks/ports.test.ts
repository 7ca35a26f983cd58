import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EnvironmentName, environmentNames, environments, systemPorts } from '../../stacks/environments.ts';
import { capacity, inRange, rangeOf } from '../../stacks/ports.ts';
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

/** The ports that a server may give for each request, were it asked for all of them: lowest first, as it does. */
function allot(requests: { owner: string; range: { from: number; to: number }; reserved: number[] }[]) {
  const given = new Map<number, string>();
  for (const { owner, range, reserved } of requests) {
    let port = range.from;
    while (given.has(port) || reserved.includes(port)) port++;
    expect(inRange(range, port)).toBe(true);
    given.set(port, owner);
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
        for (const port of Object.values(systemPorts)) expect(given.has(port)).toBe(false);
      }),
    );
  });

  test("a project that is added changes no other project's requests", () => {
    fc.assert(
      fc.property(names, stage, fc.nat(), (all, environment, position) => {
        const before = planned({ settings: stack(environment), projects: all.map(withData) });
        const added = [...all];
        added.splice(position % (all.length + 1), 0, 'added-one');
        const after = planned({ settings: stack(environment), projects: added.map(withData) });
        expect(after.projects.filter(({ name }) => name !== 'added-one')).toEqual(before.projects);
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
