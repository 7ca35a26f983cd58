/** The checks that a hosted project's pull requests have to pass are those that its documented workflow makes. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { github, previewChecks } from '../../stacks/github.ts';
import { settings } from '../../stacks/settings.ts';

const root = resolve(import.meta.dirname, '..', '..');
const job = z.object({ name: z.string().optional(), if: z.string().optional(), needs: z.unknown().optional() });
const caller = z.object({
  on: z.object({ pull_request: z.strictObject({ types: z.array(z.string()) }) }),
  jobs: z.record(z.string(), job.extend({ uses: z.string() })),
});
const called = z.object({ jobs: z.record(z.string(), job) });

/** The documented workflow of a hosted project. */
async function documented(): Promise<z.output<typeof caller>> {
  const guide = await readFile(join(root, 'docs', 'guides', 'pull-requests.md'), 'utf8');
  const [, text] = /```yaml\n(on:\n[^`]*)```/.exec(guide) ?? [];
  return caller.parse(parse(text ?? ''));
}

/**
 * GitHub names a check of a called workflow `{job} / {job there}`, by their names or else their ids. Where the calling
 * job is skipped there is none of these. Unasked are those that run without an input of their own. Source: https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
 */
async function checksOf(callers: z.output<typeof caller>['jobs'], which: 'all' | 'unasked' = 'all'): Promise<string[]> {
  const all = Object.entries(callers).map(async ([id, { name = id, uses }]) => {
    const file = /\.github\/workflows\/[\w-]+\.yml/.exec(uses)?.[0] ?? '';
    const { jobs } = called.parse(parse(await readFile(join(root, file), 'utf8')));
    return Object.entries(jobs)
      .filter(([, there]) => which === 'all' || !there.if?.includes('inputs.'))
      .map(([id, there]) => `${name} / ${there.name ?? id}`);
  });
  return (await Promise.all(all)).flat();
}

test('S3.1: what is required by default comes for every pull request', async () => {
  const { on, jobs } = await documented();
  expect(on.pull_request.types).toEqual(expect.arrayContaining(['opened', 'synchronize', 'reopened']));
  const always = Object.fromEntries(
    Object.entries(jobs).filter(([, one]) => one.if === undefined && one.needs === undefined),
  );
  const { requiredChecks } = github.parse({ reviewers: { users: ['someone'] } });
  expect(requiredChecks).toEqual(await checksOf(always, 'unasked'));
  expect(requiredChecks.filter((check) => check.includes('${{'))).toEqual([]);
});

test('S3.1: each check that the guide names is one of these', async () => {
  const guide = await readFile(join(root, 'docs', 'guides', 'pull-requests.md'), 'utf8');
  const named = [...guide.matchAll(/`(\w+ \/ [^`{]+)`/g)].map(([, name = '']) => name.replaceAll(/\s+/g, ' '));
  expect(named).toContain('quality / quality');
  const all = await checksOf((await documented()).jobs);
  expect(named.filter((name) => !all.includes(name))).toEqual([]);
});

test('S3.1: what this repository requires of its own pull requests are the jobs of preview.yml', async () => {
  const trigger = z.strictObject({ branches: z.tuple([z.literal('main'), z.literal('develop')]), types: z.unknown() });
  const preview = z.object({ on: z.object({ pull_request: trigger }), jobs: z.record(z.string(), job) });
  const { jobs } = preview.parse(parse(await readFile(join(root, '.github', 'workflows', 'preview.yml'), 'utf8')));
  const ofBase = /\$\{\{ github\.base_ref == 'main' && '(\w+)' \|\| '(\w+)' \}\}/;
  for (const base of ['main', 'develop']) {
    const named = Object.entries(jobs).map(([id, { name = id }]) =>
      name.replace(ofBase, (_, onMain: string, otherwise: string) => (base === 'main' ? onMain : otherwise)),
    );
    expect(named.sort(), base).toEqual([...previewChecks].sort());
  }
});

test('S3.1: the repository of this program is a setting of production alone, by its address on GitHub', () => {
  const parse = (environment: string, repository: unknown) => settings.safeParse({ environment, repository });
  const own = { url: 'https://github.com/example/codeb-infra', deployer: 'codeb-deploy' };
  expect(parse('production', own)).toMatchObject({ success: true, data: { repository: own } });
  expect(parse('production', undefined).success).toBe(true);
  expect(parse('staging', own).success).toBe(false);
  for (const url of ['https://github.com/example', 'https://example.org/a/b', 'example/codeb-infra'])
    expect(parse('production', { ...own, url }).error?.issues).toMatchObject([{ path: ['repository', 'url'] }]);
  expect(parse('production', { url: own.url }).success).toBe(false);
});
