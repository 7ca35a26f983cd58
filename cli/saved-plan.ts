/**
 * `node cli/saved-plan.ts --stack <name> --tree <hash>`: the plan that a merged pull request was approved with, as
 * `run=…`, `name=…` and `artifact=…` for a step's outputs; nothing where there is none that fits. It reads the answer of GitHub's
 * `GET /repos/{owner}/{repo}/actions/artifacts?name=…` from its standard input.
 */
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { z } from 'zod';

/** Source: https://docs.github.com/en/rest/actions/artifacts#list-artifacts-for-a-repository */
const artifacts = z.object({
  artifacts: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      expired: z.boolean(),
      created_at: z.iso.datetime(),
      workflow_run: z.object({ id: z.int(), repository_id: z.int(), head_repository_id: z.int() }).nullable(),
    }),
  ),
});

/**
 * The name of a plan's artifact. A tree is all of a commit's content, so a plan fits exactly where the tree is the same:
 * not when the base got something else in between.
 */
export function planName(stack: string, tree: string): string {
  return `plan-${stack}-${tree}`;
}

export interface FittingPlan {
  /** Of the workflow run that made it. */
  readonly run: number;
  readonly name: string;
  readonly artifact: number;
}

/** The newest that fits and that a run over this repository's own branch made: a fork's run may use any name. */
export function fittingPlan(answer: unknown, stack: string, tree: string): FittingPlan | undefined {
  const name = planName(stack, tree);
  const [newest] = artifacts
    .parse(answer)
    .artifacts.filter((one) => one.name === name && !one.expired)
    .sort((a, b) => b.created_at.localeCompare(a.created_at))
    .flatMap(({ id, workflow_run: run }) =>
      run && run.head_repository_id === run.repository_id ? [{ run: run.id, name, artifact: id }] : [],
    );
  return newest;
}

async function main({ stack, tree }: { stack: string; tree: string }): Promise<void> {
  const found = fittingPlan(JSON.parse(await text(process.stdin)), stack, tree);
  if (found) process.stdout.write(`run=${found.run}\nname=${found.name}\nartifact=${found.artifact}\n`);
  else process.stderr.write(`no saved plan of '${stack}' fits this commit: the update is held to a fresh preview\n`);
}

if (import.meta.main) {
  await new Command('saved-plan')
    .requiredOption('-s, --stack <name>')
    .requiredOption('-t, --tree <hash>', 'what `git rev-parse HEAD^{tree}` prints')
    .action(main)
    .parseAsync();
}
