/**
 * `node cli/preview-check.ts --project shop --repository owner/shop --pull-request 7 --action up`: whether a preview is
 * still to be made or destroyed at this moment, as `action=…` for a step's outputs; nothing where it is not. Its exit code
 * is 1 for one more than a project may have. Asks GitHub (GITHUB_TOKEN) and, before one is made, Pulumi's backend for the
 * project of the working folder.
 */
import { Command } from 'commander';
import { z } from 'zod';
import { stageOf } from '../policy/stage.ts';
import { environments } from '../stacks/environments.ts';
import { slugOf } from '../stacks/names.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { fail } from './fail.ts';
import { stacksThere } from './sweep/engine.ts';
import { githubFrom, stateOf } from './sweep/github.ts';

const options = z.object({
  project: z.enum(hostedProjects.map(({ name }) => name)),
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "expected '{owner}/{name}'"),
  pullRequest: z.coerce.number().int().min(1),
  action: z.enum(['up', 'destroy']),
});

type Options = z.output<typeof options>;

const fitting = { up: 'open', destroy: 'closed' } as const;

async function main(given: unknown): Promise<void> {
  const asked = options.parse(given);
  const { repository, pullRequest, action } = asked;
  const state = await stateOf(githubFrom(process.env), repository, pullRequest);
  if (state !== fitting[action]) {
    const found = state === undefined ? 'is not there' : `is ${state}`;
    process.stderr.write(`asked for '${action}', and pull request ${pullRequest} ${found}: nothing is done\n`);
    return;
  }
  if (action === 'up') await requirePlace(asked);
  process.stdout.write(`action=${action}\n`);
}

/** @throws Error where the project has as many as it may have, and this one is none of them */
async function requirePlace({ project, pullRequest }: Options): Promise<void> {
  const { atMost } = environments.preview.lifetime ?? {};
  const there = (await stacksThere()).flatMap(({ name }) => {
    const stage = stageOf(name, hostedProjects);
    return stage.kind === 'preview' && stage.project === project ? [name] : [];
  });
  const isThere = there.includes(slugOf(project, { environment: 'preview', pullRequest }));
  if (isThere || atMost === undefined || there.length < atMost) return;
  const state = `${there.join(', ')} are there, and nothing was changed`;
  throw new Error(`project '${project}' may have ${atMost} previews at a time: ${state}; close a pull request first`);
}

await new Command('preview-check')
  .description('say whether a preview is still to be made, or destroyed')
  .requiredOption('-p, --project <name>', 'the hosted project')
  .requiredOption('-r, --repository <owner/name>', 'its repository')
  .requiredOption('-n, --pull-request <number>', 'the number of the pull request')
  .requiredOption('-a, --action <action>', 'up or destroy')
  .action(main)
  .parseAsync()
  .catch(fail);
