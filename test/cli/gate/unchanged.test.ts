/** `node cli/gate.ts --plan` on plans that the real engine has saved. */
import { writeFile } from 'node:fs/promises';
import { ComponentResource } from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type GithubServer, startGithub, token } from '../../sandbox/github-server.ts';
import { type GatedStack, startStack } from './stack.ts';
import { ago, check, hours, worldWith } from './world.ts';

const report = z.object({
  verdict: z.enum(['go', 'no-go']),
  projects: z.array(z.object({ project: z.string(), verdict: z.string() })),
  notJudged: z.array(z.object({ project: z.string(), reason: z.string() })),
});

const hosted = ['celly-creative', 'code-battle', 'codeb', 'paintshare', 'sprintsolo'];
const before = { paintshare: ['a site'], sprintsolo: ['of a chat', 'of another'] };

/** Projects with parts, and what belongs to none of them. */
const program = (parts: Record<string, string[]>, others: string[] = ['main']) =>
  async function run() {
    for (const name of hosted) {
      const parent = new ComponentResource('codeb:index:Project', name);
      const inside = new ComponentResource('codeb:index:GithubEnvironment', name, {}, { parent });
      for (const part of parts[name] ?? []) {
        new ComponentResource('codeb:index:PagesSite', part, {}, { parent: inside });
      }
    }
    for (const name of others) new ComponentResource('codeb:index:Server', name);
    return {};
  };

let stack: GatedStack;
let github: GithubServer;
beforeAll(async () => {
  stack = await startStack();
  await stack.give(stack.values);
  await stack.deploy(program(before));
  const incident = { number: 1, title: 'Down', user: 'alice', labels: ['P1'], created_at: ago(hours(3)) };
  github = await startGithub(
    worldWith({
      'code-battle': { issues: [incident] },
      'celly-creative': { check_runs: [check('quality / quality', 'failure')] },
    }),
  );
}, 600_000);
afterAll(async () => {
  await github.close();
  await stack.end();
});

const gate = (...args: string[]) => stack.gate(args, { GITHUB_TOKEN: token, GITHUB_API_URL: `${github.url}api/v3` });

async function judged(...args: string[]) {
  const { code, stdout } = await gate(...args, '--json');
  const { projects, notJudged, verdict } = report.parse(JSON.parse(stdout));
  expect(code).toBe(verdict === 'go' ? 0 : 1);
  return { verdict, projects: projects.map(({ project }) => project).sort(), notJudged };
}

describe('S3.10: the gate of an update', { timeout: 120_000 }, () => {
  test('judges the projects that it changes, and says of the others that it did not', async () => {
    // A part is made in one project and deleted in another, which the plan alone does not tell.
    const plan = await stack.planOf(
      program({ paintshare: [...before.paintshare, 'another site'], sprintsolo: ['of a chat'] }),
    );
    const reason = 'not changed by this update';
    expect(await judged('--plan', plan)).toEqual({
      verdict: 'go',
      projects: ['paintshare', 'sprintsolo'],
      notJudged: ['celly-creative', 'code-battle', 'codeb'].map((project) => ({ project, reason })),
    });
    const { stdout } = await gate('--plan', plan);
    expect(stdout).toContain(`\n\ncelly-creative  not judged: ${reason}\ncode-battle  not judged: ${reason}\n`);
    expect(stdout).toMatch(/\n\nGO \(3 not judged\)\n$/);
    expect(await judged('--plan', plan, '--project', 'code-battle')).toMatchObject({ verdict: 'go', projects: [] });
  });

  test('is held up by what is wrong with a project that it changes', async () => {
    const plan = await stack.planOf(program({ ...before, 'code-battle': ['new'] }));
    expect(await judged('--plan', plan)).toMatchObject({ verdict: 'no-go', projects: ['code-battle'] });
  });

  test('judges all of them without a plan, and where what belongs to none is changed', async () => {
    const all = { verdict: 'no-go', projects: hosted, notJudged: [] };
    expect(await judged()).toEqual(all);
    expect(await judged('--plan', await stack.planOf(program(before, [])))).toEqual(all);
  });

  test('is held up by what is wrong with the stack itself, though it changes nothing', async () => {
    const plan = await stack.planOf(program(before));
    expect(await judged('--plan', plan)).toMatchObject({ verdict: 'go', projects: [] });
    await stack.give({ ...stack.values, nobody: { KEY: 'a value of nobody' } });
    const { code, stdout } = await gate('--plan', plan);
    await stack.give(stack.values);
    expect(code).toBe(1);
    expect(stdout).toContain('no-go    Variables      codeb.variables.nobody');
    expect(stdout).not.toContain('not judged');
  });

  test('takes no other file, nor another stack’s plan, for one', async () => {
    const plan = await stack.planOf(program(before));
    for (const text of ['{}', 'plan', JSON.stringify({ resourcePlans: { 'urn:pulumi:staging::c::t::n': {} } })]) {
      await writeFile(plan, text);
      const { code, stdout, stderr } = await gate('--plan', plan);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`${plan}: expected a plan of stack 'production' as`);
    }
  });
});
