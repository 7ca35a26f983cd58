/**
 * `npm run site -- list sprint-abc123-1764547200`, `… rollback sprint-abc123-1764547200 <deployment>`, and of a chat in a
 * shared Pages project `… list sprintsolo-1 --branch abc123`.
 */
import Table from 'cli-table3';
import { Command } from 'commander';
import { type CloudflareAccess, deploymentsOf, deploymentsOfBranch, goBackTo } from './site-deployments.ts';

/** @throws Error that names what is missing */
function access({ account }: { account?: string }): CloudflareAccess {
  const { CLOUDFLARE_BASE_URL: url, CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID } = process.env;
  const accountId = account ?? CLOUDFLARE_ACCOUNT_ID;
  if (!token) throw new Error('CLOUDFLARE_API_TOKEN is not set: expected a token with the permission Pages Write');
  if (!accountId) throw new Error('no account: expected --account <id> or CLOUDFLARE_ACCOUNT_ID');
  return { url: url ?? 'https://api.cloudflare.com/client/v4', token, accountId };
}

const cli = new Command('site').description('deployments of a site on Cloudflare Pages');

cli
  .command('list')
  .description('its newest deployments of the production branch, or of another one')
  .argument('<site>', 'name of the Pages project')
  .option('--branch <name>', 'a chat in a shared Pages project; the settings of a stack take what is shown of it')
  .option('--account <id>', 'of Cloudflare')
  .option('--json', 'print them as JSON')
  .action(async (site: string, options: { account?: string; json?: true; branch?: string }) => {
    const { branch: asked } = options;
    const found =
      asked === undefined
        ? await deploymentsOf(access(options), site)
        : await deploymentsOfBranch(access(options), site, asked);
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
  .action(async (site: string, id: string, options: { account?: string }) => {
    const { url, created_on } = await goBackTo(access(options), site, id);
    process.stdout.write(`${site} is ${id} of ${created_on} again: ${url}\n`);
  });

await cli.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
