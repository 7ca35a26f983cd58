/** What conditions say of what no hosted project has at present, and how it is told. */
import { describe, expect, test } from 'vitest';
import { go, noGo, unknown } from '../../../cli/gate/judgement.ts';
import { judgeMigrations } from '../../../cli/gate/migrations.ts';
import { judgeObservability } from '../../../cli/gate/observability.ts';
import { gateOf } from '../../../cli/gate/project-gate.ts';
import { asText } from '../../../cli/gate/report.ts';
import { subjectsOf } from '../../../cli/gate/subjects.ts';
import { ownProblems } from '../../../cli/gate/variables.ts';
import type { ProjectSpec } from '../../../stacks/project.ts';
import { project, settings, withApp } from '../../stacks/inputs.ts';
import { planned } from '../../stacks/planned.ts';

function inProduction(spec: ProjectSpec) {
  const [found] = planned({ settings: settings({ projects: { shop: {} } }), projects: [spec] }).projects;
  if (!found) throw new Error('the stack has no project');
  return found;
}

const subjects = (changes: Record<string, unknown>, projects: ProjectSpec[]) =>
  subjectsOf({
    config: Object.fromEntries(Object.entries(settings(changes)).map(([name, value]) => [`codeb:${name}`, value])),
    projects,
    others: {},
    today: '2026-11-21',
  });

describe('S3.10: the gate', () => {
  test('S3.7: names each contraction, whatever checks say', async () => {
    const migrations = { command: ['migrate'], folder: '/migrations', contracts: ['003_no_title.sql'] };
    const spec = { ...withApp('shop', { migrations }) };
    const postgres = { kind: 'own', version: 15 } as const;
    const shop = inProduction({ ...spec, services: { ...spec.services, postgres } });
    const passed = { name: 'quality / migrations', state: 'passed', says: 'success', url: undefined } as const;
    const judged = await judgeMigrations(shop, async () => [passed]);
    expect(judged.verdict).toBe('unknown');
    expect(judged.reasons).toEqual([
      "'quality / migrations' has passed",
      'app: 003_no_title.sql is meant to take something away: does no running version need it?',
    ]);
  });

  test('asks a variable that is optional here for no value', () => {
    const optional: NonNullable<ProjectSpec['variables']>[string] = { kind: 'secret', optionalIn: ['production'] };
    const shop = inProduction(project('shop', { variables: { SENTRY_DSN: optional, DISCORD_WEBHOOK_URL: optional } }));
    const { verdict, reasons } = judgeObservability(shop, ['DISCORD_WEBHOOK_URL']);
    expect(verdict).toBe('unknown');
    expect(reasons.slice(0, 2)).toEqual([
      'error tracking: SENTRY_DSN is optional here and has no value',
      'an alert channel: DISCORD_WEBHOOK_URL',
    ]);
  });

  test('keeps what is wrong with a project from the others, and what is wrong with the stack from none', () => {
    const problems = [
      { path: 'codeb.variables.shop.KEY', message: 'is missing' },
      { path: 'codeb.variables.shop-two.KEY', message: 'is missing' },
      { path: 'projects.shop-two.domain', message: 'is wrong' },
      { path: 'codeb.fingerprintKey', message: 'is missing' },
    ];
    const paths = (name: string) => ownProblems(name, problems, ['shop', 'shop-two']).map(({ path }) => path);
    expect(paths('shop')).toEqual(['codeb.variables.shop.KEY', 'codeb.fingerprintKey']);
    expect(paths('shop-two')).toEqual([
      'codeb.variables.shop-two.KEY',
      'projects.shop-two.domain',
      'codeb.fingerprintKey',
    ]);
  });

  test('looks at a project whose plan is refused, too, and at the branch of the environment', () => {
    const blog = project('blog', { environments: { production: { server: 'other' } } });
    const found = subjects({}, [project('shop'), blog]);
    expect(found.map(({ project: name, planned: plan, branch }) => [name, plan !== undefined, branch])).toEqual([
      ['shop', true, 'main'],
      ['blog', false, 'main'],
    ]);
    expect(found[0]?.problems).toEqual([]);
    expect(found[1]?.problems.map(({ path }) => path)).toContain('projects.blog.environments.production.server');
    const [staging] = subjects({ environment: 'staging' }, [project('shop')]);
    expect(staging?.branch).toBe('develop');
  });

  test('has nothing to ask of a project without a repository on github.com, and stops nobody for it', async () => {
    const [shop] = subjects({}, [project('shop')]);
    if (!shop) throw new Error('the stack has no project');
    const asking = { github: new Error('nobody asks'), commit: undefined, now: 0 };
    const { repository, verdict, conditions } = await gateOf(shop, asking);
    expect([repository, verdict]).toEqual([null, 'unknown']);
    expect(conditions.map(({ name, verdict: own }) => `${name} ${own}`)).toEqual([
      'CI unknown',
      'Stability unknown',
      'Migrations go',
      'Variables go',
      'Incidents unknown',
      'Observability unknown',
    ]);
    expect(conditions[0]?.reasons).toEqual(['the project names no repository on github.com']);
    const refused = await gateOf({ ...shop, planned: undefined }, asking);
    const stopped = refused.conditions.filter(({ verdict: own }) => own === 'no-go').map(({ name }) => name);
    expect(stopped).toEqual(['Migrations', 'Observability']);
  });

  test('is for staging and production alone', () => {
    const preview = { environment: 'preview', pullRequest: 1, projects: { shop: {} } };
    expect(() => subjects(preview, [project('shop')])).toThrow('expected staging or production');
  });

  test('says one line for each reason, without what moves a cursor or turns the writing', () => {
    expect(noGo('a\u001b[31mb\nc\u202ed\u0007').reasons).toEqual(['ab c d ']);
    expect(unknown('x'.repeat(1000)).reasons[0]).toHaveLength(401);
  });

  test('breaks lines where the terminal ends, and never within a word', () => {
    const url = `https://example.org/${'x'.repeat(60)}`;
    const conditions = [{ name: 'CI' as const, ...noGo(`one two three four five six seven eight nine ten ${url}`) }];
    const common = { project: 'shop', repository: 'example/shop', branch: 'main', commit: null };
    const report = {
      stack: 'production',
      projects: [{ ...common, verdict: 'no-go' as const, conditions }],
      notJudged: [],
    };
    const lines = asText(report, 70).split('\n');
    expect(lines).toEqual([
      'shop  example/shop at the tip of main',
      '  no-go    CI             one two three four five six seven eight nine',
      '                            ten',
      `                            ${url}`,
      '',
      'NO-GO: shop (CI)',
      '',
    ]);
    expect(asText(report, undefined)).toContain(`nine ten ${url}\n`);
  });

  test('says go only where no condition is no-go', () => {
    const common = { project: 'shop', repository: null, branch: 'main', commit: null, conditions: [] };
    const all = (verdict: 'go' | 'unknown' | 'no-go') => ({
      ...{ stack: 'staging', projects: [{ ...common, verdict }] },
      notJudged: [],
    });
    expect(asText(all('go'), undefined)).toMatch(/GO\n$/);
    expect(asText(all('no-go'), undefined)).toContain('NO-GO');
    expect(go('x').verdict).toBe('go');
  });
});
