/**
 * The stand-in of Cloudflare's API as a process of its own. Its first line of output is its port; the API token that may
 * do everything is in CLOUDFLARE_API_TOKEN, as a command line is for everyone to read.
 */
import { Command } from 'commander';
import { z } from 'zod';
import { seedSchema } from './seed.ts';
import { startCloudflare } from './server.ts';

const options = z.object({
  state: z.string(),
  port: z.coerce.number().int().min(0).max(65_535),
  seed: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(seedSchema),
});

const command = new Command('cloudflare-api')
  .requiredOption('--state <file>', 'file of the state, made when it is not there')
  .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', '0')
  .option(
    '--seed <json>',
    'accounts and their zones: {"accounts": [{"id", "name", "zones": [{"id", "name"}]}]}',
    '{"accounts": []}',
  )
  .parse();

const { CLOUDFLARE_API_TOKEN: token } = process.env;
if (token === undefined || token === '') throw new Error('CLOUDFLARE_API_TOKEN is not set: nobody could ask anything');
const { port } = await startCloudflare({ ...options.parse(command.opts()), token });
process.stdout.write(`${port}\n`);
