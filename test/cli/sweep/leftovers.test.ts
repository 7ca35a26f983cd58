import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Found, nameOf, type Preview } from '../../../cli/sweep/found.ts';
import { type Given, leftovers, type PullRequests } from '../../../cli/sweep/leftovers.ts';
import { previewOf } from '../../../cli/sweep/preview-of.ts';
import { slugOf } from '../../../stacks/names.ts';
import { projects, stackOf, thingsCalled } from './previews.ts';

const hour = 3600 * 1000;
const now = Date.parse('2026-11-20T12:00:00Z');
const lifetime = { hours: 168, atMost: 2 };
const open = (...numbers: number[]): PullRequests => ({ kind: 'known', open: new Set(numbers) });
const shop = (pullRequest: number): Preview => ({ project: 'shop', pullRequest });

const judge = (found: readonly Found[], pullRequests: Record<string, PullRequests>) =>
  leftovers({ found, projects, pullRequests: new Map(Object.entries(pullRequests)), now, lifetime });
const verdicts = (found: readonly Found[], pullRequests: Record<string, PullRequests>) =>
  Object.fromEntries(judge(found, pullRequests).previews.map((one) => [nameOf(one), one.verdict]));

describe('S3.1, S3.2: which previews go', () => {
  test('those whose pull request is closed, with all that they have', () => {
    const things = thingsCalled('shop-pr-7', 'pr-7.shop.example.org').filter(({ kind }) => kind !== 'environment');
    const { previews, unmatched } = judge([...things, stackOf(shop(8))], { shop: open(8) });
    expect(previews).toMatchObject([
      { project: 'shop', pullRequest: 7, verdict: 'closed', why: 'pull request 7 is not open', things },
      { project: 'shop', pullRequest: 8, verdict: 'stays', why: 'pull request 8 is open' },
    ]);
    expect(unmatched).toEqual([]);
  });

  test('those that nobody has changed for too long', () => {
    const old = [stackOf(shop(1), now - 169 * hour), stackOf(shop(2), now - 167 * hour), stackOf(shop(3))];
    expect(verdicts(old, { shop: open(1, 2, 3) })).toEqual({
      'shop-pr-1': 'too old',
      'shop-pr-2': 'stays',
      'shop-pr-3': 'stays',
    });
    const workload = { kind: 'workload', server: 'main', name: 'shop-pr-1', at: now } as const;
    expect(verdicts([...old, workload], { shop: open(1, 2, 3) })['shop-pr-1'], 'a part was changed').not.toBe(
      'too old',
    );
  });

  test('the oldest of those that are too many for their project', () => {
    const found = [3, 1, 2, 4].map((number) => stackOf(shop(number), now - number * hour));
    const other = stackOf({ project: 'shop-admin', pullRequest: 9 }, now - 100 * hour);
    const certificate: Found = { kind: 'certificate', server: 'main', name: 'pr-5.shop.example.org' };
    const given = { shop: open(1, 2, 3, 4, 5), 'shop-admin': open(9) };
    expect(verdicts([...found, other, certificate], given)).toEqual({
      'shop-admin-pr-9': 'stays',
      'shop-pr-1': 'stays',
      'shop-pr-2': 'stays',
      'shop-pr-3': 'too many',
      'shop-pr-4': 'too many',
      'shop-pr-5': 'stays',
    });
  });

  test('none of a project whose pull requests nobody could tell', () => {
    const found = [1, 2, 3].map((number) => stackOf(shop(number), now - 1000 * hour));
    const { previews } = judge(found, { shop: { kind: 'unknown', reason: 'GET /repos/x: 502' } });
    expect(previews.map(({ verdict }) => verdict)).toEqual(['stays', 'stays', 'stays']);
    expect(previews[0]?.why).toBe('whether pull request 1 is open is not known: GET /repos/x: 502');
    expect(verdicts(found, {})).toEqual({ 'shop-pr-1': 'stays', 'shop-pr-2': 'stays', 'shop-pr-3': 'stays' });
  });

  test('what cannot be told apart is protected, and said', () => {
    const strange: Found[] = [
      { kind: 'folder', server: 'main', name: 'blog-pr-3' },
      { kind: 'folder', server: 'main', name: 'shop-pr-03' },
      { kind: 'stack', name: 'pr-3', isBusy: false },
    ];
    expect(judge(strange, { shop: open() })).toEqual({ previews: [], unmatched: strange });
  });
});

const slug = fc.oneof(
  fc.record({ project: fc.constantFrom(...projects.map(({ name }) => name)), number: fc.integer({ min: 1, max: 9 }) }),
  fc.string({ unit: fc.constantFrom('shop', '-pr-', '-', 'admin', '0', '1', '7', 'staging', 'shared', '/', '.') }),
);

const found = fc
  .array(fc.tuple(slug, fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined })), { maxLength: 12 })
  .map((all) =>
    all.flatMap(([one, hours]) => {
      const name =
        typeof one === 'string' ? one : slugOf(one.project, { environment: 'preview', pullRequest: one.number });
      const host = typeof one === 'string' ? `${one}.example.org` : `pr-${one.number}.${one.project}.example.org`;
      const at = hours === undefined ? {} : { at: now - hours * hour };
      return thingsCalled(name, host).map((thing): Found => ({ ...thing, ...at }));
    }),
  );

const pullRequests = fc
  .array(
    fc.oneof(
      fc.constant<PullRequests>({ kind: 'unknown', reason: 'no answer' }),
      fc.array(fc.integer({ min: 1, max: 9 })).map((numbers) => open(...numbers)),
    ),
    { minLength: projects.length, maxLength: projects.length },
  )
  .map((all) => new Map(projects.map(({ name }, index) => [name, all[index] ?? open()])));

const given: fc.Arbitrary<Given> = fc.record({
  found,
  pullRequests,
  projects: fc.constant(projects),
  now: fc.constant(now),
  lifetime: fc.record({ hours: fc.integer({ min: 1, max: 300 }), atMost: fc.integer({ min: 0, max: 4 }) }),
});

/** Hours since the last change of any of the things; none where nobody knows. */
const ageOf = (things: readonly Found[]): number => {
  const times = things.flatMap(({ at }) => at ?? []);
  return times.length === 0 ? 0 : (now - Math.max(...times)) / hour;
};

describe('S3.2: whatever is found', () => {
  const goes = (all: Given) => leftovers(all).previews.filter(({ verdict }) => verdict !== 'stays');

  test('each thing is in one place: with its preview, or left alone', () => {
    fc.assert(
      fc.property(given, (all) => {
        const { previews, unmatched } = leftovers(all);
        const seen = [...previews.flatMap(({ things }) => things), ...unmatched];
        expect(new Set(seen)).toEqual(new Set(all.found));
        expect(seen).toHaveLength(all.found.length);
      }),
    );
  });

  test('nothing goes that is called after production or staging, or that is not certainly a preview’s', () => {
    fc.assert(
      fc.property(given, (all) => {
        for (const preview of goes(all)) {
          expect(nameOf(preview)).toMatch(/-pr-[1-9]\d*$/);
          for (const thing of preview.things) {
            expect(previewOf(thing, projects)).toEqual({ project: preview.project, pullRequest: preview.pullRequest });
            if (thing.kind === 'stack' || thing.kind === 'bucket') expect(thing.name).toBe(nameOf(preview));
          }
        }
      }),
    );
  });

  test('none goes whose pull request is open and that is young, but for one that is too many', () => {
    fc.assert(
      fc.property(given, (all) => {
        const { previews } = leftovers(all);
        for (const { project, pullRequest, verdict, things } of previews) {
          const known = all.pullRequests.get(project);
          if (known?.kind !== 'known') expect(verdict).toBe('stays');
          else if (!known.open.has(pullRequest)) expect(verdict).toBe('closed');
          else if (ageOf(things) > (all.lifetime?.hours ?? 0)) expect(verdict).toBe('too old');
          else expect(['stays', 'too many']).toContain(verdict);
        }
      }),
    );
  });

  test('no project keeps more than it may have, and those that go for it are older than those that stay', () => {
    fc.assert(
      fc.property(given, (all) => {
        const { previews } = leftovers(all);
        for (const { name } of projects.filter(({ name }) => all.pullRequests.get(name)?.kind === 'known')) {
          const own = previews.filter((one) => one.project === name);
          const stay = own.filter(({ verdict }) => verdict === 'stays');
          const tooMany = own.filter(({ verdict }) => verdict === 'too many');
          expect(stay.length).toBeLessThanOrEqual(all.lifetime?.atMost ?? Infinity);
          if (tooMany.length > 0) expect(stay.length).toBe(all.lifetime?.atMost);
          for (const gone of tooMany) {
            for (const kept of stay) expect(ageOf(gone.things)).toBeGreaterThanOrEqual(ageOf(kept.things));
          }
        }
      }),
    );
  });
});
