/**
 * `node cli/asked-images.ts --project shop --before a.yaml --after b.yaml`: the images of a project that the second text
 * of a stack's file sets and the first does not, as JSON: what a branch asks for, seen from where it began.
 */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { image } from '../stacks/image.ts';
import { fail } from './fail.ts';

const options = z.object({ project: z.string(), before: z.string(), after: z.string() });

const images = z.object({ images: z.record(z.string(), image).default({}) });
const stackFile = z.object({
  config: z.object({ 'codeb:projects': z.record(z.string(), images).default({}) }).prefault({}),
});

async function main(given: unknown): Promise<void> {
  const { project, before, after } = options.parse(given);
  const [old, asked] = [await imagesIn(before, project), await imagesIn(after, project)];
  const changed = Object.entries(asked).filter(([service, reference]) => old[service] !== reference);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(changed))}\n`);
}

async function imagesIn(file: string, project: string): Promise<Record<string, string>> {
  const { config } = stackFile.parse(parse(await readFile(file, 'utf8')));
  return config['codeb:projects'][project]?.images ?? {};
}

await new Command('asked-images')
  .description("tell which of a project's images one text of a stack's file sets and another does not")
  .requiredOption('-p, --project <name>', 'the hosted project')
  .requiredOption('-b, --before <file>', "the stack's file without them")
  .requiredOption('-a, --after <file>', 'the same with them')
  .action(main)
  .parseAsync()
  .catch(fail);
