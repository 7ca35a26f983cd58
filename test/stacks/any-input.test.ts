/** Whatever settings and project files say: a plan that holds together, or every mistake with its path. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readStackConfig } from '../../cli/stack-config.ts';
import { healthTargets, hostsListing } from '../../stacks/listings.ts';
import { type Plan, plan } from '../../stacks/plan.ts';
import { describe as line } from '../../stacks/problems.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { registry } from '../../stacks/registry.ts';
import { registryOf } from '../../stacks/registry-document.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { secretsOf, settingsOf } from '../../stacks/settings.ts';
import { expectToHoldTogether } from './holds-together.ts';
import { isTree, mutated, type Mutation, mutation } from './mutations.ts';

const runs = 100;

interface Input {
  /** As `Pulumi.<stack>.yaml` has it. */
  config: Record<string, unknown>;
  projects: unknown[];
}

const canary = 'value-of-a-secret';
const secrets = {
  'codeb:credentials': { codeb: { privateKey: `${canary}-key` } },
  'codeb:variables': {
    'code-battle': { OPENAI_API_KEY: `${canary}-1`, GOOGLE_CLIENT_ID: { value: `${canary}-2`, since: '2026-11-01' } },
    paintshare: { BATTLE_PASSWORD_PEPPER: `${canary}-3` },
  },
  'codeb:fingerprintKey': `${canary} of thirty-two characters`,
};
const root = resolve(import.meta.dirname, '../..');
const stack = async (name: string): Promise<Input> => ({
  config: { ...(await readStackConfig(root, name)), ...secrets },
  projects: hostedProjects,
});
const [production, staging, preview] = [await stack('production'), await stack('staging'), await stack('preview')];
const previewOf = (project: string): Input => ({
  config: { ...preview.config, 'codeb:projects': { [project]: {} } },
  projects: hostedProjects,
});

/** A stack, or the project of a preview, and what is changed in it; a failing one is printed as this. */
interface Bent {
  stack: string;
  config: Mutation[];
  projects: Mutation[];
}

const bent: fc.Arbitrary<Bent> = fc.record({
  stack: fc.oneof(fc.constantFrom('production', 'staging'), fc.constantFrom(...hostedProjects.map(({ name }) => name))),
  config: fc.array(mutation, { maxLength: 2 }),
  projects: fc.array(mutation, { maxLength: 2 }),
});

function inputOf({ stack, ...mutations }: Bent): Input {
  const seed = stack === 'production' ? production : stack === 'staging' ? staging : previewOf(stack);
  const config = mutated(seed.config, mutations.config, canary);
  const projects = mutated(seed.projects, mutations.projects, canary);
  return { config: isTree(config) ? { ...config } : {}, projects: Array.isArray(projects) ? projects : [] };
}

const planOf = ({ config, projects }: Input) => plan({ settings: settingsOf(config), projects });

function documentOf(found: Plan) {
  const deployed = found.projects.map(({ slug, pod }) => {
    const ports = Object.keys(pod?.ports ?? {}).map((name, index): [string, number] => [name, 40_000 + index]);
    return [slug, { ports: Object.fromEntries(ports), pinned: {}, previous: {}, status: 'running' as const }] as const;
  });
  return registryOf(found, Object.fromEntries(deployed));
}

describe('any input', () => {
  test('S3.3, S4.1: gives a plan that holds together, or mistakes with their paths', () => {
    fc.assert(
      fc.property(bent, (one) => {
        const input = inputOf(one);
        const result = planOf(input);
        expect(JSON.stringify(result)).not.toContain(canary);
        if (result.kind === 'refused') {
          expect(result.problems.length).toBeGreaterThan(0);
          for (const { path, message } of result.problems) {
            expect(path).toMatch(/^(codeb|projects\.)/);
            expect(message).not.toBe('');
          }
          return;
        }
        expectToHoldTogether(result.plan);
        const document = documentOf(result.plan);
        expect(registry.safeParse(document).error).toBeUndefined();
        const listings = [healthTargets(result.plan), hostsListing(result.plan), document];
        expect(JSON.stringify(listings)).not.toContain(canary);
        const parsed = parseSecrets(result.plan, secretsOf(input.config));
        if (parsed.kind === 'refused') expect(parsed.problems.map(line).join('\n')).not.toContain(canary);
      }),
      { numRuns: runs },
    );
  });

  test('gives the same again, for the same and for projects in another order', () => {
    fc.assert(
      fc.property(bent, (one) => {
        const input = inputOf(one);
        const before = structuredClone(input);
        const [first, second] = [planOf(input), planOf(input)];
        expect(isDeepStrictEqual(first, second)).toBe(true);
        expect(isDeepStrictEqual(input, before)).toBe(true);
        const reversed = planOf({ ...input, projects: input.projects.toReversed() });
        expect(reversed.kind).toBe(first.kind);
        if (reversed.kind === 'refused' || first.kind === 'refused') return;
        expect(reversed.plan.projects.toReversed()).toEqual(first.plan.projects);
        expect(reversed.plan.servers).toEqual(first.plan.servers);
      }),
      { numRuns: runs },
    );
  });

  test('says what is wrong in each of two projects, whatever is wrong in the other', () => {
    const two = fc.uniqueArray(fc.nat(hostedProjects.length - 1), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(two, mutation, mutation, (indices, ...changes) => {
        const wrong = indices.map((index, nth) => mutated(hostedProjects[index], changes.slice(nth, nth + 1), canary));
        const of = (projects: unknown[]) => {
          const result = planOf({ config: production.config, projects });
          const problems = result.kind === 'refused' ? result.problems : [];
          // By path: whose name or port it is that two have depends on who comes first.
          return problems.map(({ path }) => path).filter((path) => path.startsWith('projects.'));
        };
        const both = of(wrong);
        // Without a name a project is called by its place.
        const alone = wrong.flatMap((one, nth) =>
          of([one]).map((path) => path.replace(/^projects\.0\b/, `projects.${nth}`)),
        );
        expect(alone.filter((path) => !both.includes(path))).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
