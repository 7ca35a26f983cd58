import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { domainOf, label, type Stage, slugOf, stageName } from '../../stacks/names.ts';
import { project as projectSchema } from '../../stacks/project.ts';
import { project } from './inputs.ts';

const stages: fc.Arbitrary<Stage> = fc.oneof(
  fc.constant({ environment: 'production' } as const),
  fc.constant({ environment: 'staging' } as const),
  fc.integer({ min: 1, max: 99999 }).map((pullRequest) => ({ environment: 'preview', pullRequest }) as const),
);
const projectNames = fc
  .stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/)
  .filter((name) => projectSchema.safeParse(project(name)).success);

describe('names', () => {
  test('slugs of projects and stages never meet', () => {
    fc.assert(
      fc.property(projectNames, stages, projectNames, stages, (a, stageA, b, stageB) => {
        const same = a === b && stageName(stageA) === stageName(stageB);
        expect(slugOf(a, stageA) === slugOf(b, stageB)).toBe(same);
      }),
    );
  });

  test('a slug is a label of a DNS name, with room for what is added to it', () => {
    fc.assert(
      fc.property(projectNames, stages, (name, stage) => {
        const slug = slugOf(name, stage);
        expect(slug).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
        expect(`project-${slug}`.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  test.each([['', 'Shop', '-shop', 'shop-', 'sh op', 'shöp', 'a'.repeat(41)]])('a bad label is refused', (...bad) => {
    for (const name of bad) expect(label.safeParse(name).success, name).toBe(false);
  });

  test.each([
    ['project', { environment: 'production' }, 'shop.codeb.dev'],
    ['project', { environment: 'staging' }, 'staging.shop.codeb.dev'],
    ['project', { environment: 'preview', pullRequest: 12 }, 'pr-12.shop.codeb.dev'],
    ['platform', { environment: 'production' }, 'shop.codeb.dev'],
    ['platform', { environment: 'staging' }, 'staging-shop.codeb.dev'],
  ] as const)('S4.2: the domain of a %s in %o is %s', (kind, stage, domain) => {
    expect(domainOf({ base: 'codeb.dev', host: 'shop', kind }, stage)).toBe(domain);
  });
});
