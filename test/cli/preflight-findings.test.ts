import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../cli/preflight/findings.ts';
import { fingerprint } from '../../stacks/fingerprints.ts';
import { describe as line } from '../../stacks/problems.ts';
import { project, settings } from '../stacks/inputs.ts';

const key = 'of these tests, and long enough for one';
const variables = { OLD: { kind: 'secret' }, REUSED: { kind: 'secret' }, WANTED: { kind: 'secret' } } as const;
const shop = project('shop', { variables });
const reused = { 'shop-staging': { shop: { REUSED: { fingerprint: fingerprint('hunter22', key) } } } };
const given = {
  OLD: { value: 'hunter21', since: '2026-01-01' },
  REUSED: { value: 'hunter22', since: '2026-11-20' },
  STRAY: { value: 'hunter23', since: '2026-11-20' },
};

function found(changes: Record<string, unknown>, projects: (typeof shop)[] = [shop]): string[] {
  const config = { ...settings(), variables: { shop: given }, fingerprintKey: key, ...changes };
  const { problems } = findingsOf({
    config: Object.fromEntries(Object.entries(config).map(([name, value]) => [`codeb:${name}`, value])),
    projects,
    others: reused,
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
    expect(found({}, [shop, blog])).toEqual([
      "projects.blog.environments.production.server: unknown server 'other'; 'codeb.servers' has main",
      'codeb.variables.blog: was not looked at: the plan is refused',
      ...four,
    ]);
    expect(found({ projects: { shop: {}, none: {} } })).toEqual([
      'codeb.projects.none: no such project; there are shop',
      ...four,
    ]);
  });
});
