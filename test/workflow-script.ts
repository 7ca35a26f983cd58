/** Scripts of this repository's workflows, run as GitHub runs them. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { run, type RunOptions } from '../sandbox/run.ts';

const folder = resolve(import.meta.dirname, '..', '.github', 'workflows');
const steps = z.array(z.object({ name: z.string().optional(), run: z.string().optional() }));
const workflow = z.object({ jobs: z.record(z.string(), z.object({ steps })) });

/** @throws Error where the workflow has no such step */
export async function scriptOf(file: string, step: string): Promise<string> {
  const { jobs } = workflow.parse(parse(await readFile(join(folder, file), 'utf8'), { merge: true }));
  const found = Object.values(jobs).flatMap((job) => job.steps.find(({ name }) => name === step)?.run ?? []);
  if (found[0] === undefined) throw new Error(`${file} has no step '${step}' with a script`);
  return found[0];
}

/** `shell: bash` of GitHub. Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax */
export function runScript(script: string, options: RunOptions) {
  return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], options);
}
