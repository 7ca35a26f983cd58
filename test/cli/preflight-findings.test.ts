import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../cli/preflight/findings.ts';
import type { OtherStack } from '../../cli/preflight/used-twice.ts';
import { fingerprint } from '../../stacks/fingerprints.ts';
import { describe as line } from '../../stacks/problems.ts';
import type { ProjectSpec } from '../../stacks/project.ts';
import { project, settings } from '../stacks/inputs.ts';

const key = 'of these tests, and long enough for one';
const variables = { OLD: { kind: 'secret' }, REUSED: { kind: 'secret' }, WANTED: { kind: 'secret' } } as const;
const shop = project('shop', { variables });
/** Another stack with the value, in a place of its own. */
const holder = (project: string, variable: string, stages: Record<string, string[]>) => ({
  fingerprints: { [project]: { [variable]: { fingerprint: fingerprint('hunter22', key) } } },
  stages,
});
const reused = { 'shop-staging': holder('shop', 'REUSED', { shop: ['staging'] }) };
const given = {
  OLD: { value: 'hunter21', since: '2026-01-01' },
  REUSED: { value: 'hunter22', since: '2026-11-20' },
  STRAY: { value: 'hunter23', since: '2026-11-20' },
};

function found(
  changes: Record<string, unknown>,
  { projects = [shop], others = reused }: { projects?: (typeof shop)[]; others?: Record<string, OtherStack> } = {},
): string[] {
  const config = { ...settings(), variables: { shop: given }, fingerprintKey: key, ...changes };
  const { problems } = findingsOf({
    config: Object.fromEntries(Object.entries(config).map(([name, value]) => [`codeb:${name}`, value])),
    projects,
    others,
    today: '2026-11-21',
  });
  const lines = problems.map(line);
  expect(lines.join()).not.toContain('hunter2');
  return lines;
}

const path = 'codeb.variables.shop';
const four = [
  `${path}.WANTED: is missing: the project declares it as a secret`,
  `${path}.STRAY: is not declared by the project as a secret of this environment`,
  `${path}.OLD: is 324 days old; it is to be changed after 90`,
  `${path}.REUSED: has the same value as shop.REUSED of stack 'shop-staging': each has its own`,
];

describe('S3.3: preflight tells all that is wrong with secrets at once', () => {
  test('missing, misplaced, over-age and reused ones', () => {
    expect(found({})).toEqual(four);
  });

  test('beside values and keys of the wrong form', () => {
    const [, ...others] = four;
    expect(found({ variables: { shop: { ...given, WANTED: 'hunter24\nX=1' } }, passwordKey: 'short' })).toEqual([
      `${path}.WANTED.value: must be one line: an environment file has no other`,
      'codeb.passwordKey: expected 32 characters at least',
      ...others,
    ]);
    expect(found({ credentials: { main: { privateKey: 7 } } })).toEqual([
      'codeb.credentials.main.privateKey: Invalid input: expected string, received number',
      ...four,
    ]);
  });

  test('without the key of fingerprints, all but those of other stacks', () => {
    const missing = expect.stringMatching(/^codeb\.fingerprintKey: is missing: /);
    expect(found({ fingerprintKey: undefined })).toEqual([...four.slice(0, 2), missing, four[2]]);
  });

  test('beside a plan that is refused: of the projects that can be planned on their own', () => {
    const blog = project('blog', { environments: { production: { server: 'other' } } });
    expect(found({}, { projects: [shop, blog] })).toEqual([
      "projects.blog.environments.production.server: unknown server 'other'; 'codeb.servers' has main",
      ...four,
    ]);
    expect(found({ projects: { shop: {}, none: {} } })).toEqual([
      'codeb.projects.none: no such project; there are shop',
      ...four,
    ]);
  });

  test('beside variables for which the project itself is refused', () => {
    const misplaced = {
      ...variables,
      NEXT_PUBLIC_KEY: { kind: 'secret' },
      PAGES_KEY: { kind: 'secret', stores: ['pages'] },
      STRAY: { kind: 'secret', rotateDays: 120 },
    } satisfies NonNullable<ProjectSpec['variables']>;
    expect(found({}, { projects: [project('shop', { variables: misplaced })] })).toEqual([
      'projects.shop.variables.STRAY.rotateDays: Too big: expected number to be <=90',
      'projects.shop.variables.NEXT_PUBLIC_KEY: is a secret, and NEXT_PUBLIC_* is built into pages',
      four[0],
      `${path}.PAGES_KEY: is missing: the project declares it as a secret`,
      ...four.slice(2),
    ]);
    expect(found({ environment: 'prod' })).toContain('codeb.variables.shop: was not looked at: the plan is refused');
  });

  test('a variable that a project’s own stack and a stack of its chats deliver is used once', () => {
    const [missing, stray, old] = four;
    const production = { shop: ['production'] };
    const chats = holder('shop', 'REUSED', production);
    const alone = [missing, stray, old];
    expect(found({}, { others: { 'shop-chat-a': chats, 'shop-chat-b': chats } })).toEqual(alone);
    const says = (place: string) => [...alone, `${path}.REUSED: has the same value as ${place}: each has its own`];
    const elsewhere: [string, string, Record<string, string[]>, string][] = [
      ['shop', 'WANTED', production, 'another variable'],
      ['blog', 'REUSED', { ...production, blog: ['production'] }, 'another project'],
      ['shop', 'REUSED', { shop: ['staging'] }, 'another environment'],
      ['shop', 'REUSED', { blog: ['production'] }, 'nobody knows which'],
    ];
    for (const [project, variable, stages, stack] of elsewhere) {
      const others = { [stack]: holder(project, variable, stages), 'shop-chat-a': chats };
      expect(found({}, { others })).toEqual(says(`${project}.${variable} of stack '${stack}'`));
    }
  });

  describe('previews are copies of one stack, and so one place', () => {
    const preview = { environment: 'preview', pullRequest: 7, projects: { shop: {} } };
    const [missing, stray] = four;
    const says = (place: string) => [
      missing,
      stray,
      `${path}.REUSED: has the same value as ${place}: each has its own`,
    ];

    test('of one project, and of another that has the copy as well', () => {
      const others = {
        'shop-pr-8': holder('shop', 'REUSED', { shop: ['pr-8'] }),
        'blog-pr-3': holder('shop', 'REUSED', { blog: ['pr-3'] }),
      };
      expect(found(preview, { others })).toEqual([missing, stray]);
      // And seen from there.
      const blog = project('blog');
      expect(found({ ...preview, pullRequest: 3, projects: { blog: {} } }, { projects: [shop, blog], others })).toEqual(
        [],
      );
    });

    test.each([
      ['shop', 'REUSED', { shop: ['production'] }, 'production'],
      ['shop', 'REUSED', { shop: ['staging'] }, 'staging'],
      ['shop', 'WANTED', { shop: ['pr-8'] }, 'shop-pr-8'],
      ['blog', 'REUSED', { blog: ['pr-8'] }, 'blog-pr-8'],
      ['shop', 'REUSED', { shop: ['pr-8', 'production'] }, 'both'],
      ['shop', 'REUSED', {}, 'nobody-knows'],
    ])('but %s.%s of %j is found there', (project, variable, stages, stack) => {
      const others = { [stack]: holder(project, variable, stages) };
      expect(found(preview, { others })).toEqual(says(`${project}.${variable} of stack '${stack}'`));
    });

    test('but a preview that has the value of production or of staging is found from there', () => {
      const others = { 'shop-pr-8': holder('shop', 'REUSED', { shop: ['pr-8'] }) };
      for (const environment of ['production', 'staging'])
        expect(found({ environment }, { others })).toContain(says("shop.REUSED of stack 'shop-pr-8'")[2]);
    });
  });
});
