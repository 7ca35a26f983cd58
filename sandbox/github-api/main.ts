/**
 * A stand-in of GitHub's REST API on 127.0.0.1: `GITHUB_TOKEN=… node sandbox/github-api/main.ts --state FILE --port 0`.
 * The first line of standard output is the port.
 */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { seed } from './seed.ts';
import { startGithubApi } from './server.ts';

async function main(options: { state: string; port: string; seed?: string }): Promise<void> {
  const token = process.env.GITHUB_TOKEN;
  if (!token) throw new Error('GITHUB_TOKEN is not set: expected the token that is to be let in');
  const sown = options.seed === undefined ? undefined : seed.parse(JSON.parse(await readFile(options.seed, 'utf8')));
  const { state, port } = options;
  const server = await startGithubApi({ state, token, port: Number(port), ...(sown && { seed: sown }) });
  process.stdout.write(`${server.port}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close());
}

await new Command('github-api')
  .description("a stand-in of GitHub's REST API, under /api/v3 as on GitHub Enterprise")
  .requiredOption('--state <file>', 'where everything is kept')
  .option('--port <number>', 'on 127.0.0.1; 0 takes a free one', '0')
  .option('--seed <file>', 'people, repositories and pull requests that are there from the start, as JSON')
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
