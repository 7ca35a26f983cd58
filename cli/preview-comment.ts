/**
 * The comment on a pull request with what a stack's preview says:
 * `node cli/preview-comment.ts --stack production --preview preview.json --pull-request 12 --base SHA --head SHA`,
 * from `pulumi preview --json --show-sames`. As in GitHub Actions, GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN
 * say where to; `--dry-run` needs none of them.
 */
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { fail } from './fail.ts';
import { commentOf } from './preview-comment/comment.ts';
import { GithubRest } from './preview-comment/github-rest.ts';
import { policyFindings } from './preview-comment/policy-findings.ts';
import { markStale, postComment, type PullRequest } from './preview-comment/post.ts';
import { outcomeOf } from './preview-comment/read-outcome.ts';

interface Options {
  stack: string;
  preview: string;
  policy?: string;
  failed?: string;
  pullRequest: number;
  base: string;
  head: string;
  dryRun?: true;
}

const environment = z.object({
  GITHUB_API_URL: z.url(),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'expected owner/name'),
  GITHUB_TOKEN: z.string().min(1),
});

function pullRequestOf(number: number): PullRequest {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  }
  const { GITHUB_API_URL: apiUrl, GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = parsed.data;
  return { github: new GithubRest({ apiUrl, token, maxRetries: 3, retryDelayMs: 1000 }), repository, number };
}

async function post({ stack, base, head, pullRequest, dryRun, ...files }: Options): Promise<void> {
  const failure = files.failed === undefined ? undefined : await readFile(files.failed, 'utf8');
  const reading = readFile(files.preview, 'utf8');
  // A preview that failed may have left no output.
  const preview = await (failure === undefined ? reading : reading.catch(() => undefined));
  const found = files.policy === undefined ? [] : policyFindings(await readFile(files.policy, 'utf8'));
  const body = commentOf({
    stack,
    base,
    head,
    policy: found,
    outcome: outcomeOf(preview, failure),
    artifact: `preview-${stack}`,
  });
  if (dryRun) {
    process.stdout.write(body);
    return;
  }
  const { kind, url } = await postComment(pullRequestOf(pullRequest), body);
  process.stdout.write(`${kind} ${url}\n`);
}

function matching(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`expected ${expected}`);
  };
}

// All three stand in the comment's marker as they are.
const stackName = matching(/^[\w.-]{1,100}$/, 'letters, digits, and . _ - in between');
const commit = matching(/^[0-9a-f]{7,64}$/, 'a commit in hexadecimal');
const number = (text: string) => Number(matching(/^[1-9]\d*$/, 'the number of a pull request')(text));

const program = new Command('preview-comment').description("a stack's preview on its pull request");

program
  .command('post', { isDefault: true })
  .description('write it, in the place of the one before')
  .requiredOption('-s, --stack <name>', 'the stack', stackName)
  .requiredOption('--preview <file>', 'what `pulumi preview --json --show-sames` printed')
  .option('--policy <file>', "what policies found: the engine's event log, or a JSON list of its policy events")
  .option('--failed <file>', 'what the preview wrote to standard error, where it failed')
  .requiredOption('--pull-request <number>', 'the number of the pull request', number)
  .requiredOption('--base <sha>', 'the commit that the preview compares with', commit)
  .requiredOption('--head <sha>', 'the commit that was previewed', commit)
  .option('--dry-run', 'print the comment instead')
  .action(post);

program
  .command('stale')
  .description('say on the comments of a pull request that their base has moved')
  .requiredOption('--pull-request <number>', 'the number of the pull request', number)
  .requiredOption('--base <sha>', 'the commit that is the base now', commit)
  .action(async ({ pullRequest, base }: { pullRequest: number; base: string }) => {
    process.stdout.write(`${await markStale(pullRequestOf(pullRequest), base)} stale\n`);
  });

await program.parseAsync().catch(fail);
