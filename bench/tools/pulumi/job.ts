import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Job, job } from '../../work.ts';

/** The job of a tool's folder, and the key it logs in with. */
export async function readJob(folder: string): Promise<Job & { readonly privateKey: string }> {
  const found = job.parse(JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')));
  return { ...found, privateKey: await readFile(found.server.privateKeyFile, 'utf8') };
}
