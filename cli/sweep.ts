/**
 * `npm run sweep`: previews that nobody closed, or that are too old or too many, as a table; with `--yes` they are
 * removed. Reads the Pulumi project and `Pulumi.preview.yaml` of the working folder and asks Pulumi's backend, each
 * server there (by the keys of the SSH agent), GitHub (GITHUB_TOKEN) and Cloudflare (CLOUDFLARE_API_TOKEN). The exit code
 * is 1 where something could not be asked or removed.
 */
import { Command } from 'commander';
import { z } from 'zod';
import { environments } from '../stacks/environments.ts';
import { project } from '../stacks/project.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { settings as settingsSchema, settingsOf } from '../stacks/settings.ts';
import { fail } from './fail.ts';
import { readStackConfig } from './stack-config.ts';
import { nameOf } from './sweep/found.ts';
import { leftovers } from './sweep/leftovers.ts';
import { type Outcome, removePreview } from './sweep/removal.ts';
import { asJson, asText, isClean, type Report } from './sweep/report.ts';
import { lookAround } from './sweep/world.ts';

async function sweep({ yes = false }: { yes?: boolean }): Promise<Report> {
  const settings = settingsSchema.parse(settingsOf(await readStackConfig(process.cwd(), 'preview')));
  const world = await lookAround(settings, z.array(project).parse(hostedProjects), process.env);
  try {
    const { lifetime } = environments.preview;
    const judged = leftovers({ ...world, now: Date.now(), lifetime });
    const outcomes = new Map<string, Outcome>();
    if (yes && world.knowsStacks) {
      for (const preview of judged.previews.filter(({ verdict }) => verdict !== 'stays')) {
        outcomes.set(nameOf(preview), await removePreview(preview, world));
      }
    }
    return { ...judged, outcomes, problems: world.problems };
  } finally {
    await Promise.all([...world.servers.values()].map((server) => server.close()));
  }
}

await new Command('sweep')
  .description('show previews of closed pull requests, those that are too old and those that are too many')
  .option('--yes', 'remove them')
  .option('--json', 'print what was found, and what came of it, as JSON')
  .action(async (options: { yes?: true; json?: true }) => {
    const report = await sweep(options);
    process.stdout.write(options.json ? asJson(report) : asText(report));
    if (!isClean(report)) process.exitCode = 1;
  })
  .parseAsync()
  .catch(fail);
