/** The configuration of a stack as its file `Pulumi.<stack>.yaml` has it; secrets stay encrypted. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/** Rejects with the stacks that there are. */
export async function readStackConfig(folder: string, stack: string): Promise<Record<string, unknown>> {
  const stacks = (await readdir(folder)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
  if (!stacks.includes(stack)) {
    throw new Error(`no file Pulumi.${stack}.yaml in ${folder}; there are stacks ${stacks.join(', ') || 'none'}`);
  }
  const text = await readFile(join(folder, `Pulumi.${stack}.yaml`), 'utf8');
  const parsed = stackFile.safeParse(parse(text));
  if (!parsed.success) throw new Error(`Pulumi.${stack}.yaml: expected a map with a key 'config'`);
  return parsed.data.config;
}
