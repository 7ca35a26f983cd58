/**
 * `node cli/preview-images.ts --stack shop-pr-7 --project shop --images '{"web": "…"}'`: all images that a preview's pull
 * request has asked for so far, as JSON; of one service the later. They are tags of its stack, `image:web`: an update that
 * fails leaves them as they are, and they go with the stack. What the project has no more is dropped, and told. Reads the
 * Pulumi project of the working folder. Source: https://www.pulumi.com/docs/iac/concepts/stacks/#stack-tags
 */
import { Command } from 'commander';
import { z } from 'zod';
import { image } from '../stacks/image.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { serviceNames } from '../stacks/services.ts';
import { fail } from './fail.ts';
import { pulumi } from './pulumi.ts';
import { stackName } from './stack-name.ts';

const options = z.object({
  stack: stackName,
  project: z.enum(hostedProjects.map(({ name }) => name)),
  images: z.string().transform((text) => z.record(z.string(), image).parse(JSON.parse(text))),
});

const tags = z.record(z.string(), z.string());
const prefix = 'image:';

async function main(given: unknown): Promise<void> {
  const { stack, project, images: later } = options.parse(given);
  const { services } = hostedProjects.find(({ name }) => name === project) ?? {};
  const known = serviceNames(services ?? {});
  const kept: Record<string, string> = {};
  for (const [tag, reference] of Object.entries(await tagsOf(stack))) {
    const service = tag.slice(prefix.length);
    if (!tag.startsWith(prefix)) continue;
    if (known.includes(service)) kept[service] = reference;
    else {
      process.stderr.write(`project '${project}' has no service '${service}' any more: its image is dropped\n`);
      await pulumi('stack', 'tag', 'rm', tag, '--stack', stack);
    }
  }
  for (const [service, reference] of Object.entries(later)) {
    await pulumi('stack', 'tag', 'set', `${prefix}${service}`, reference, '--stack', stack);
  }
  process.stdout.write(`${JSON.stringify({ ...kept, ...later })}\n`);
}

async function tagsOf(stack: string): Promise<Record<string, string>> {
  return tags.parse(JSON.parse(await pulumi('stack', 'tag', 'ls', '--json', '--stack', stack)));
}

await new Command('preview-images')
  .description("remember the images that a preview's pull request asks for, and print all of them")
  .requiredOption('-s, --stack <name>', 'the stack of the preview')
  .requiredOption('-p, --project <name>', 'the hosted project')
  .requiredOption('-i, --images <json>', 'what it asks for now, by app and worker')
  .action(main)
  .parseAsync()
  .catch(fail);
