/** The configuration of a stack as its file `Pulumi.<stack>.yaml` has it; secrets stay encrypted. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { z } from 'zod';

const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/** Rejects with the stacks that there are, or where the file is no YAML. */
export async function readStackFile(folder: string, stack: string): Promise<Document> {
  const name = `Pulumi.${stack}.yaml`;
  const stacks = (await readdir(folder)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
  if (!stacks.includes(stack)) {
    throw new Error(`no file ${name} in ${folder}; there are stacks ${stacks.join(', ') || 'none'}`);
  }
  const document = parseDocument(await readFile(join(folder, name), 'utf8'));
  const [wrong] = document.errors;
  if (wrong) throw new Error(`${name}: ${wrong.message}`);
  return document;
}

/** Rejects as `readStackFile` does. */
export async function readStackConfig(folder: string, stack: string): Promise<Record<string, unknown>> {
  const parsed = stackFile.safeParse((await readStackFile(folder, stack)).toJS());
  if (!parsed.success) throw new Error(`Pulumi.${stack}.yaml: expected a map with a key 'config'`);
  return parsed.data.config;
}
