/** S3.10: where the gate stands on the way to production, and its script run as GitHub runs it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { run } from '../../../sandbox/run.ts';

const file = resolve(import.meta.dirname, '..', '..', '..', '.github', 'workflows', 'up.yml');
const step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
});
const job = z.object({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  if: z.string().optional(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.string()),
  steps: z.array(step),
});
const { gate, up } = z
  .object({ jobs: z.object({ gate: job, up: job }) })
  .parse(parse(await readFile(file, 'utf8'))).jobs;

describe('S3.10: production is updated', () => {
  test('after the gate, which comes before the approval and reads with a token that only reads', () => {
    expect(gate).toMatchObject({
      if: "needs.target.outputs.stack == 'production'",
      environment: 'preview-plan',
      permissions: { contents: 'read', actions: 'read' },
    });
    expect(up.needs).toEqual(['target', 'gate']);
    expect(up.if).toContain(`contains(fromJSON('["success", "skipped"]'), needs.gate.result)`);
    const tokens = [...gate.steps, ...up.steps].filter((one) => one.run?.includes('cli/gate.ts'));
    expect(tokens.map(({ env }) => env.GITHUB_TOKEN)).toEqual(Array(2).fill('${{ secrets.PROJECTS_GITHUB_TOKEN }}'));
    expect(tokens.some(({ env }) => 'CLOUDFLARE_API_TOKEN' in env)).toBe(false);
  });

  test('after the gate once more, since an approval may take days', () => {
    const scripts = up.steps.flatMap(({ run: text }) => text ?? []);
    const again = scripts.indexOf('node cli/gate.ts --stack "$STACK" ${PLAN:+--plan "$PLAN"}');
    expect(again).toBeGreaterThan(-1);
    expect(scripts.slice(again).filter((text) => text.includes('pulumi up'))).toHaveLength(2);
    expect(scripts.slice(0, again).filter((text) => /pulumi up|--method DELETE/.test(text))).toEqual([]);
  });

  test('after a gate that each time judged what the very plan changes that the update is held to', () => {
    for (const job of [gate, up]) {
      // Whether a newer commit updates changes no plan.
      const steps = job.steps.filter(({ id }) => id !== 'tip');
      const [look, take, ask] = ['Look for the plan', 'download-artifact', 'cli/gate.ts'].map((part) =>
        steps.findIndex((one) => [one.name, one.uses, one.run].some((text) => text?.includes(part))),
      );
      expect([look, take, ask]).toEqual([look, (look ?? 0) + 1, (look ?? 0) + 2]);
      expect(steps[take ?? 0]?.if).toBe("steps.plan.outputs.run != ''");
      expect(steps[ask ?? 0]?.env.PLAN).toBe(
        "${{ steps.plan.outputs.run != '' && format('plan-{0}.json', needs.target.outputs.stack) || '' }}",
      );
    }
    expect(up.steps.find(({ run: text }) => text?.includes('--plan "plan-'))?.if).toBe(
      "steps.tip.outputs.newest == 'yes' && steps.plan.outputs.run != ''",
    );
  });

  describe('what the gate says', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'codeb-gate-step-'));
      await mkdir(join(folder, 'bin'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    test.each([
      [0, ''],
      [1, 'plan-production.json'],
    ])('is in the summary as it stands, and its exit code %i is the step’s', async (code, plan) => {
      const said = "shop\n  no-go  Incidents  #1 '# [x](https://example.org)'\n\nNO-GO";
      const node = `#!/bin/sh\nprintf '%s\\n' "$SAID" "asked: $*"\necho 'a warning' >&2\nexit ${code}\n`;
      await writeFile(join(folder, 'bin', 'node'), node, { mode: 0o755 });
      const script = gate.steps.find(({ name }) => name === 'Go or no-go')?.run ?? '';
      const summary = join(folder, 'summary');
      const answer = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
        env: {
          ...{ SAID: said, STACK: 'production', PLAN: plan, RUNNER_TEMP: folder, GITHUB_STEP_SUMMARY: summary },
          PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        },
      });
      expect(answer.code).toBe(code);
      expect(answer.stdout).toContain(said);
      const asked = `asked: cli/gate.ts --stack production${plan === '' ? '' : ` --plan ${plan}`}`;
      expect(answer.stdout.split('\n')).toContain(asked);
      const [title, ...lines] = (await readFile(summary, 'utf8')).trimEnd().split('\n');
      expect(title).toBe('### Gate of production');
      expect(lines.slice(1).every((line) => line.startsWith('    '))).toBe(true);
      expect(lines.join('\n')).toContain("      no-go  Incidents  #1 '# [x](https://example.org)'");
    });
  });
});
