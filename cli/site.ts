/**
 * `npm run site -- list sprint-abc123-1764547200`, `… rollback sprint-abc123-1764547200 <deployment>`, and of a chat in a
 * shared Pages project `… list sprintsolo-1 --branch abc123`.
 */
import Table from 'cli-table3';
import { Command } from 'commander';
import { cloudflareFrom } from '../cloudflare/api.ts';
import { deploymentsOf, deploymentsOfBranch, goBackTo } from '../cloudflare/site-deployments.ts';

/** @throws Error that names what is missing */
function accountOf({ account }: { account?: string }): string {
  const accountId = account ?? process.env.CLOUDFLARE_ACCOUNT_ID;
  if (!accountId) throw new Error('no account: expected --account <id> or CLOUDFLARE_ACCOUNT_ID');
  return accountId;
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
    const api = cloudflareFrom(process.env);
    const site = { accountId: accountOf(options), name };
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
    const site = { accountId: accountOf(options), name };
    const { url, created_on } = await goBackTo(cloudflareFrom(process.env), site, id);
    process.stdout.write(`${name} is ${id} of ${created_on} again: ${url}\n`);
  });

await cli.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
