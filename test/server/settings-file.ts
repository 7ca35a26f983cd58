import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** `Pulumi.{stack}.yaml` of a folder, as commands read it. */
export async function writeSettings(folder: string, stack: string, settings: object): Promise<void> {
  const all = Object.entries(settings).map(([key, value]) => [`codeb:${key}`, value]);
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), stringify({ config: Object.fromEntries(all) }));
}
