/**
 * `npm run set-images -- --stack staging --project shop --images '{"app": "…"}'`: writes images to `Pulumi.<stack>.yaml`
 * of the working folder.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { stageOf } from '../policy/stage.ts';
import { image } from '../stacks/image.ts';
import { describe } from '../stacks/problems.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { serviceNames } from '../stacks/services.ts';
import { unknownKeys } from '../stacks/used-names.ts';
import { fail } from './fail.ts';
import { readStackFile } from './stack-config.ts';
import { withImages } from './stack-images.ts';
import { stackName } from './stack-name.ts';

const options = z.object({
  stack: stackName,
  project: z.enum(hostedProjects.map(({ name }) => name)),
  images: z.string().transform((text) => z.record(z.string(), image).parse(JSON.parse(text))),
  only: z.boolean().default(false),
});

async function main(given: unknown): Promise<void> {
  const { stack, project, images, only } = options.parse(given);
  const services = hostedProjects.find(({ name }) => name === project)?.services ?? {};
  const unknown = unknownKeys(`codeb.projects.${project}.images`, 'service', images, serviceNames(services));
  if (unknown.length > 0) throw new Error(['Nothing was changed:', ...unknown.map(describe)].join('\n  '));
  const environment = stageOf(stack, hostedProjects).kind;
  const change = { project, images, environment, others: only ? 'only' : 'kept' } as const;
  const document = await readStackFile(process.cwd(), stack);
  await writeFile(resolve(`Pulumi.${stack}.yaml`), withImages(document, change, hostedProjects));
}

await new Command('set-images')
  .description("set the images that a stack's project runs, in the stack's file below the working folder")
  .requiredOption('-s, --stack <name>', 'the stack whose Pulumi.<name>.yaml is changed')
  .requiredOption('-p, --project <name>', 'the hosted project')
  .requiredOption('-i, --images <json>', 'images by app and worker')
  .option('--only', 'the stack runs this project and no other')
  .action(main)
  .parseAsync()
  .catch(fail);
