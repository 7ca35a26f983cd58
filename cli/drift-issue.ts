/**
 * `node cli/drift-issue.ts --stack <name> --drift yes|no --report <file>`: one open issue a stack that has drifted. It is
 * opened, kept up to date, and closed when the drift is gone. Needs GITHUB_REPOSITORY, GITHUB_TOKEN and, away from
 * github.com, GITHUB_API_URL.
 */
import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { fail } from './fail.ts';

/** Characters that GitHub takes in an issue's text, less what stands around the report. */
const LONGEST_REPORT = 60_000;
const LABEL = 'drift';

const environment = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "expected '{owner}/{name}'"),
  GITHUB_TOKEN: z.string().min(1, 'is missing'),
  GITHUB_API_URL: z.url().default('https://api.github.com'),
});

/** Source: https://docs.github.com/en/rest/issues/issues */
const issues = z.array(z.object({ number: z.int(), title: z.string(), pull_request: z.unknown().optional() }));

const options = z.object({
  stack: z.string().min(1),
  drift: z.enum(['yes', 'no']),
  report: z.string().min(1),
});

type Ask = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) => Promise<unknown>;

/** @throws Error naming the request and GitHub's answer */
function asker(env: z.output<typeof environment>): Ask {
  return async (method, path, body) => {
    const response = await fetch(`${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${env.GITHUB_TOKEN}`,
        'x-github-api-version': '2022-11-28',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.slice(0, 300)}`);
    return JSON.parse(answer);
  };
}

export function issueText(stack: string, report: string): string {
  const whole = stripVTControlCharacters(report).trim();
  const shown =
    whole.length > LONGEST_REPORT ? `${whole.slice(0, LONGEST_REPORT)}\n… the run's log has the rest` : whole;
  // Longer than any fence inside, so that nothing of the report ends it.
  const fence = '`'.repeat(Math.max(3, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return [
    `What stack \`${stack}\` left on its servers is not what stands there now.`,
    '`pulumi up` puts it right; where the server is right, change the settings instead.',
    `${fence}\n${shown}\n${fence}`,
  ].join('\n\n');
}

async function main(given: unknown): Promise<void> {
  const { stack, drift, report } = options.parse(given);
  const ask = asker(environment.parse(process.env));
  const title = `Drift: ${stack}`;
  const open = issues.parse(await ask('GET', `/issues?state=open&labels=${LABEL}&per_page=100`));
  const found = open.find((issue) => issue.title === title && issue.pull_request === undefined);
  if (drift === 'no') {
    if (found) await ask('PATCH', `/issues/${found.number}`, { state: 'closed', state_reason: 'completed' });
    return;
  }
  const body = issueText(stack, await readFile(report, 'utf8'));
  if (found) await ask('PATCH', `/issues/${found.number}`, { body });
  else await ask('POST', '/issues', { title, body, labels: [LABEL] });
}

if (import.meta.main) {
  await new Command('drift-issue')
    .requiredOption('-s, --stack <name>')
    .addOption(new Option('-d, --drift <answer>', 'whether there is any').choices(['yes', 'no']).makeOptionMandatory())
    .requiredOption('-r, --report <file>', 'what the engine said')
    .action(main)
    .parseAsync()
    .catch(fail);
}
