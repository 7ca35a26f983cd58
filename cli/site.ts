/**
 * `npm run site -- list sprint-abc123-1764547200`, `… rollback sprint-abc123-1764547200 <deployment>`, and of a chat in a
 * shared Pages project `… list sprintsolo-1 --branch abc123`.
 */
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { type CloudflareApi, cloudflareFrom } from '../cloudflare/api.ts';
import { deploymentsOf, deploymentsOfBranch, goBackTo } from '../cloudflare/site-deployments.ts';
import { describe, problemsOf } from '../stacks/problems.ts';
import { fail } from './fail.ts';

const needed = (what: string) => z.string(what).min(1, what);
const variables = z.object({
  CLOUDFLARE_API_TOKEN: needed('is missing: expected an API token that may edit Cloudflare Pages'),
  CLOUDFLARE_ACCOUNT_ID: needed('is missing: expected it, or --account <id>'),
});

/** @throws Error that names all that is missing */
function access({ account }: { account?: string }): { api: CloudflareApi; accountId: string } {
  const environment = { ...process.env, ...(account !== undefined && { CLOUDFLARE_ACCOUNT_ID: account }) };
  const parsed = variables.safeParse(environment);
  if (!parsed.success) throw new Error(problemsOf(parsed.error.issues).map(describe).join('\n'));
  return { api: cloudflareFrom(environment), accountId: parsed.data.CLOUDFLARE_ACCOUNT_ID };
}

const cli = new Command('site').description('deployments of a site on Cloudflare Pages');

cli
  .command('list')
  .description('its newest deployments of the production branch, or of another one')
  .argument('<site>', 'name of the Pages project')
  .option('--branch <name>', 'a chat in a shared Pages project; the settings of a stack take what is shown of it')
  .option('--account <id>', 'of Cloudflare')
  .option('--json', 'print them as JSON')
  .action(async (name: string, options: { account?: string; json?: true; branch?: string }) => {
    const { branch: asked } = options;
    const { api, accountId } = access(options);
    const site = { accountId, name };
    const found = asked === undefined ? await deploymentsOf(api, site) : await deploymentsOfBranch(api, site, asked);
    if (options.json) return void process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
    const table = new Table({
      head: ['deployment', 'since', 'branch', 'commit', 'state'],
      style: { head: [], border: [] },
    });
    for (const { id, short_id, created_on, deployment_trigger, latest_stage } of found) {
      const { branch, commit_hash } = deployment_trigger.metadata;
      const shown = asked === undefined ? id : short_id;
      table.push([shown, created_on, branch, commit_hash.slice(0, 8), latest_stage.status]);
    }
    process.stdout.write(`${table.toString()}\n`);
  });

cli
  .command('rollback')
  .description('give visitors an earlier deployment of the production branch again')
  .argument('<site>', 'name of the Pages project')
  .argument('<deployment>', 'its id, as `list` shows it')
  .option('--account <id>', 'of Cloudflare')
  .action(async (name: string, id: string, options: { account?: string }) => {
    const { api, accountId } = access(options);
    const { url, created_on } = await goBackTo(api, { accountId, name }, id);
    process.stdout.write(`${name} is ${id} of ${created_on} again: ${url}\n`);
  });

await cli.parseAsync().catch(fail);
