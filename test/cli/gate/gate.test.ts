/** `node cli/gate.ts` on a real backend of Pulumi, and on GitHub as the sandbox has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type GithubServer, startGithub, token } from '../../sandbox/github-server.ts';
import { type GatedStack, startStack } from './stack.ts';
import { ago, check, days, hours, quality, sha, status, worldWith } from './world.ts';

const report = z.object({
  stack: z.string(),
  verdict: z.enum(['go', 'no-go']),
  projects: z.array(
    z.object({
      project: z.string(),
      repository: z.string().nullable(),
      commit: z.string().nullable(),
      verdict: z.string(),
      conditions: z.array(z.object({ name: z.string(), verdict: z.string(), reasons: z.array(z.string()) })),
    }),
  ),
});

let stack: GatedStack;
beforeAll(async () => {
  stack = await startStack();
  await stack.give(stack.values);
}, 600_000);
afterAll(() => stack.end());

interface Asked {
  code: number;
  text: string;
  /** Reasons with the verdict before them, by project and condition: `shop CI`. */
  said: Map<string, string[]>;
}

const access = (github: GithubServer) => ({ GITHUB_TOKEN: token, GITHUB_API_URL: `${github.url}api/v3` });

/** Asks as a program does. */
async function ask(changes: Parameters<typeof worldWith>[0], args: string[] = [], env = {}): Promise<Asked> {
  const github = await startGithub(worldWith(changes));
  try {
    const { code, stdout, stderr } = await stack.gate([...args, '--json'], { ...access(github), ...env });
    if (stdout === '') return { code, text: stderr, said: new Map() };
    const { projects } = report.parse(JSON.parse(stdout));
    const said = projects.flatMap(({ project, conditions }) =>
      conditions.map(({ name, verdict, reasons }): [string, string[]] => [`${project} ${name}`, [verdict, ...reasons]]),
    );
    return { code, text: stdout.replaceAll(github.url, 'GITHUB/'), said: new Map(said) };
  } finally {
    await github.close();
  }
}

const actions = (repository: string) => expect.stringMatching(new RegExp(`/${repository}/actions/runs/\\d+`));

describe('S3.10: the gate', { timeout: 120_000 }, () => {
  test('says go where nothing stands in the way, and tells what it could not see', async () => {
    const github = await startGithub(worldWith());
    const { code, stdout, stderr } = await stack.gate([], access(github));
    await github.close();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `paintshare  share-paint/share-paint at ${sha}\n  go       CI             4 passed, 1 skipped`,
    );
    expect(stdout).toContain('Stability      2 runs on main in 7 days, 0 of them flaky\n');
    expect(stdout).toContain("Migrations     'quality / migrations' has passed\n");
    expect(stdout).toContain('Variables      none is missing, misplaced, too old or used twice\n');
    expect(stdout).toContain('Incidents      no open issue has the label P1\n');
    expect(stdout).toMatch(
      /error tracking: NEXT_PUBLIC_SENTRY_DSN, SENTRY_DSN\n +an alert channel: SLACK_WEBHOOK_URL\n/,
    );
    expect(stdout).toMatch(/ +health is asked of web at \/[^,]*, socket at \/healthz\n/);
    expect(stdout).toContain('unknown  Observability  error tracking: the project declares none of SENTRY_DSN,');
    expect(stdout).toMatch(/go +Observability +nothing of it runs on a server\n/);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^GO \(\d unknown\)$/);
    // No terminal, no colour.
    expect(stdout).not.toContain('\u001b');
    for (const value of Object.values(stack.values).flatMap((all) => Object.values(all)))
      expect(stdout).not.toContain(value);
  });

  test('CI: whatever has not passed, not ended or not run is no-go, on whichever page', async () => {
    const many = Array.from({ length: 119 }, (_, index) => check(`part ${index + 1}`));
    const required = [check('quality / quality'), check('quality / forbidden', 'skipped')];
    const { code, said } = await ask({
      paintshare: {
        check_runs: [check('quality / quality', 'failure'), check('image / push', 'in_progress')],
        statuses: [status('e2e', 'error'), status('load', 'pending')],
      },
      'celly-creative': { check_runs: [], statuses: [] },
      sprintsolo: { check_runs: required.map(({ name }) => check(name, 'skipped')), statuses: [] },
      'code-battle': { check_runs: [...required, ...many, check('the last one', 'timed_out')] },
    });
    expect(code).toBe(1);
    expect(said.get('paintshare CI')).toEqual([
      'no-go',
      expect.stringMatching(/^'quality \/ quality' has not passed: failure, http.*\/share-paint\/share-paint\/actions/),
      "'e2e' has not passed: error",
      expect.stringMatching(/^'image \/ push' has not ended: in_progress, http/),
      "'load' has not ended: pending",
      "'quality / forbidden' is required and has not run for this commit",
    ]);
    expect(said.get('celly-creative CI')).toEqual(['no-go', 'no check has run for this commit']);
    expect(said.get('sprintsolo CI')).toEqual(['no-go', 'none has passed: of 2, each was skipped or is neutral']);
    expect(said.get('code-battle CI')).toEqual([
      'no-go',
      expect.stringMatching(/^'the last one' has not passed: timed_out/),
    ]);
  });

  test('stability: two flaky runs, or two failures in a row before the commit, are no-go', async () => {
    const { code, said } = await ask({
      paintshare: {
        workflow_runs: [quality(7, ['failure', 'failure', 'success']), quality(8, ['timed_out', 'success'], { sha })],
      },
      'celly-creative': {
        workflow_runs: [quality(6, ['failure']), quality(7, ['cancelled']), quality(8, ['startup_failure'])],
      },
      sprintsolo: {
        workflow_runs: [
          quality(1, ['failure', 'success'], { created_at: ago(days(8)) }),
          quality(2, ['success', 'success']),
          quality(3, ['failure', 'success']),
          quality(4, ['failure', 'success'], { event: 'pull_request' }),
          quality(5, ['failure', 'success'], { branch: 'feature' }),
          quality(6, ['failure'], { sha }),
          quality(7, ['failure']),
          quality(8, ['failure']),
        ],
      },
    });
    expect(code).toBe(1);
    expect(said.get('paintshare Stability')).toEqual([
      'no-go',
      expect.stringMatching(/^Quality #8 passed only at attempt 2: http/),
      actions('share-paint/share-paint'),
    ]);
    expect(said.get('celly-creative Stability')).toEqual([
      'no-go',
      expect.stringMatching(/^the last 2 runs before this commit failed: Quality #8 http\S+, Quality #6 http\S+$/),
    ]);
    // What came after the commit, on another branch or long ago does not count, nor does a passed run that ran again.
    expect(said.get('sprintsolo Stability')).toEqual([
      'go',
      '5 runs on main in 7 days, 1 of them flaky',
      expect.stringMatching(/^Quality #3 passed only at attempt 2/),
    ]);
  });

  test('migrations: a check of them that failed is no-go; without one it is said that the server looks', async () => {
    const wrong = await ask({ 'code-battle': { check_runs: [check('check-migrations', 'failure')] } });
    expect(wrong.said.get('code-battle Migrations')).toEqual([
      'no-go',
      expect.stringMatching(/^'check-migrations': failure, http/),
    ]);
    const without = await ask({ 'code-battle': { check_runs: [check('quality / quality')] } });
    expect(without.said.get('code-battle Migrations')).toEqual([
      'unknown',
      "no check called 'migrations' or 'check-migrations' has run for this commit; the server reads the new files and " +
        'refuses the deploy where one of them takes something away and is not named in `contracts`',
    ]);
    expect(without.said.get('paintshare Migrations')).toEqual([
      'go',
      "no app of the project's file has migrations: the deploy runs none",
    ]);
  });

  test('incidents: each open P1 is no-go, with its age; what is closed, of less weight or a pull request is not', async () => {
    const issue = (number: number, title: string, changes: Record<string, unknown>) => ({
      ...{ number, title, user: 'alice', labels: ['P1'], created_at: ago(hours(3)) },
      ...changes,
    });
    const commit = { ref: 'feature', sha };
    const { code, said, text } = await ask({
      paintshare: {
        issues: [
          issue(1, 'Nobody can\u001b[2Jdraw\n::error::x', {}),
          issue(2, 'Old', { created_at: ago(days(9)), labels: ['p1', 'battle'] }),
          issue(3, 'Over', { state: 'closed' }),
          issue(4, 'Slow', { labels: ['P2'] }),
          issue(5, 'Mends it', { pull: { head: commit, base: commit } }),
        ],
      },
      sprintsolo: { issues: [issue(6, 'Now', { created_at: ago(hours(0.5)) })] },
    });
    expect(code).toBe(1);
    expect(said.get('paintshare Incidents')).toEqual([
      'no-go',
      expect.stringMatching(/^#1 'Nobody candraw ::error::x' is open for 3 h: http\S+\/share-paint\/issues\/1$/),
      expect.stringMatching(/^#2 'Old' is open for 9 days: http\S+\/issues\/2$/),
    ]);
    expect(said.get('sprintsolo Incidents')?.[1]).toMatch(/^#6 'Now' is open for 3\d min: /);
    expect(said.get('code-battle Incidents')?.[0]).toBe('go');
    expect(text).toContain('"verdict": "no-go"');
  });

  test('what cannot be asked is no-go: no repository, no branch, no permission', async () => {
    const { code, said } = await ask({
      paintshare: { permission: 'none' },
      'celly-creative': { branches: [] },
      'code-battle': { withheld: ['checks', 'issues'] },
    });
    expect(code).toBe(1);
    for (const condition of ['CI', 'Stability', 'Incidents']) {
      expect(said.get(`paintshare ${condition}`)).toEqual([
        'no-go',
        expect.stringMatching(
          /^could not be asked: GET http\S+\/repos\/share-paint\/share-paint\/\S+: 404: Not Found$/,
        ),
      ]);
    }
    expect(said.get('paintshare Variables')?.[0]).toBe('go');
    expect(said.get('celly-creative CI')?.[1]).toMatch(/branches\/main: 404: Branch not found$/);
    const refused = /403: Resource not accessible by personal access token/;
    expect(said.get('code-battle CI')?.[1]).toMatch(refused);
    expect(said.get('code-battle CI')?.[1]).toContain('(no fine-grained personal token can read the checks');
    expect(said.get('code-battle Migrations')).toEqual(['no-go', expect.stringMatching(refused)]);
    expect(said.get('code-battle Stability')?.[0]).toBe('go');
    expect(said.get('code-battle Incidents')).toEqual(['no-go', expect.stringMatching(refused)]);
  });

  test('what cannot be asked is no-go: no token, a wrong one, nobody there; the rest is judged all the same', async () => {
    const none = await ask({}, ['--project', 'paintshare'], { GITHUB_TOKEN: '' });
    expect(none.code).toBe(1);
    expect(none.said.get('paintshare CI')?.[1]).toMatch(/^could not be asked: GITHUB_TOKEN: is missing/);
    expect(none.said.get('paintshare Variables')?.[0]).toBe('go');
    const wrong = await ask({}, ['--project', 'paintshare'], { GITHUB_TOKEN: 'ghp_other' });
    expect(wrong.said.get('paintshare Incidents')).toEqual(['no-go', expect.stringContaining('401: Bad credentials')]);
    expect(wrong.text).not.toContain('ghp_other');
    const closed = await startGithub({});
    await closed.close();
    const gone = await ask({}, ['--project', 'paintshare'], { GITHUB_API_URL: `${closed.url}api/v3` });
    expect(gone.code).toBe(1);
    expect(gone.said.get('paintshare Stability')).toEqual([
      'no-go',
      expect.stringMatching(/no answer: .*ECONNREFUSED/),
    ]);
  });

  test('one project and one commit can be asked for; what is not there is refused with what is', async () => {
    const other = '2'.repeat(40);
    const changes = { paintshare: { check_runs: [{ ...check('quality / quality', 'failure'), sha: other }] } };
    const { said, text } = await ask(changes, ['--project', 'paintshare', '--commit', `paintshare=${other}`]);
    expect([...said.keys()].every((name) => name.startsWith('paintshare '))).toBe(true);
    expect(said.get('paintshare CI')?.[1]).toMatch(/^'quality \/ quality' has not passed/);
    expect(text).toContain(`"commit": "${other}"`);
    const unheard = await ask({}, ['--project', 'sprintsolo', '--commit', `sprintsolo=${'3'.repeat(40)}`]);
    expect(unheard.said.get('sprintsolo CI')?.[1]).toContain(`422: No commit found for SHA: ${'3'.repeat(40)}`);
    const short = await ask({}, ['--commit', 'paintshare=main']);
    expect(short.code).toBe(1);
    expect(short.text).toContain("Expected {project}={commit}, the commit's SHA-1 in 40 hexadecimal digits.");
    for (const args of [
      ['--project', 'shop'],
      ['--commit', `shop=${sha}`],
    ]) {
      const stray = await ask({}, args);
      expect(stray.code).toBe(1);
      expect(stray.text).toContain("stack 'production' runs no project 'shop': expected celly-creative, code-battle,");
    }
  });

  test('variables: what preflight finds of a project is its no-go, and no alert channel without a value passes', async () => {
    const { BATTLE_PASSWORD_PEPPER, SLACK_WEBHOOK_URL, ...others } = stack.values.paintshare ?? {};
    expect([BATTLE_PASSWORD_PEPPER, SLACK_WEBHOOK_URL].every((value) => value !== undefined)).toBe(true);
    await stack.give({ ...stack.values, paintshare: others });
    const { code, said } = await ask({});
    await stack.give(stack.values);
    expect(code).toBe(1);
    expect(said.get('paintshare Variables')).toEqual([
      'no-go',
      'codeb.variables.paintshare.BATTLE_PASSWORD_PEPPER: is missing: the project declares it as a secret',
      'codeb.variables.paintshare.SLACK_WEBHOOK_URL: is missing: the project declares it as a secret',
    ]);
    expect(said.get('paintshare Observability')).toEqual([
      'no-go',
      'error tracking: NEXT_PUBLIC_SENTRY_DSN, SENTRY_DSN',
      'an alert channel: SLACK_WEBHOOK_URL is declared and has no value here',
      expect.stringContaining('health is asked of web'),
    ]);
    expect(said.get('code-battle Variables')?.[0]).toBe('go');
  });
});

test('S3.10: staging has a gate of its own, for what develop has', { timeout: 600_000 }, async () => {
  const staging = await startStack('staging');
  await staging.give(staging.values);
  const [github, tip] = [await startGithub(worldWith({ 'code-battle': { check_runs: [] } })), '2'.repeat(40)];
  await github.control('POST', '/seed', {
    repositories: [
      {
        ...{ owner: 'share-paint', name: 'share-paint', branches: [{ name: 'develop', sha: tip }] },
        check_runs: ['quality / quality', 'quality / forbidden'].map((name) => ({ ...check(name), sha: tip })),
      },
    ],
  });
  const { code, stdout } = await staging.gate([], access(github));
  await Promise.all([github.close(), staging.end()]);
  expect(code).toBe(1);
  expect(stdout).toContain(`paintshare  share-paint/share-paint at ${tip}\n  go       CI             2 passed\n`);
  expect(stdout).toContain('0 runs on develop in 7 days, 0 of them flaky\n');
  expect(stdout).toContain('refuses the deploy where one of them takes something away\n');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('NO-GO: code-battle (CI)');
});
