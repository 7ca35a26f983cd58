/** `node cli/set-images.ts --stack staging --project shop --images '{"app": "…"}'`: writes images to `Pulumi.<stack>.yaml`. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { stageOf } from '../policy/stage.ts';
import { image } from '../stacks/image.ts';
import { hostedProjects } from '../stacks/projects.ts';
import { fail } from './fail.ts';
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
  const file = resolve(`Pulumi.${stack}.yaml`);
  const environment = stageOf(stack, hostedProjects).kind;
  const change = { project, images, environment, others: only ? 'only' : 'kept' } as const;
  await writeFile(file, withImages(await readFile(file, 'utf8'), change, hostedProjects));
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
