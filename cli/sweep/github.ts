/** What the sweep asks GitHub: which pull requests are open, and which environments there are. */
import { z } from 'zod';
import { messageOf } from '../../provider/operation-error.ts';
import { parsedBy } from '../../stacks/problems.ts';
import type { ProjectSpec } from '../../stacks/project.ts';
import { ifThere } from '../preview-comment/github-error.ts';
import { GithubRest } from '../preview-comment/github-rest.ts';
import { repositoryOf } from '../project-repository.ts';
import type { OnGithub, Preview } from './found.ts';
import type { PullRequests } from './leftovers.ts';

/** Source: https://docs.github.com/en/rest/pulls/pulls */
const pulls = z.array(z.object({ number: z.int() }));
const pull = z.object({ state: z.enum(['open', 'closed']) });

/** Source: https://docs.github.com/en/rest/deployments/environments */
const environments = z
  .object({ environments: z.array(z.object({ name: z.string(), updated_at: z.iso.datetime() })) })
  .transform((page) => page.environments);

const variables = z.object({
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  GITHUB_TOKEN: z.string('is missing').min(1, 'is missing'),
});

/** By GITHUB_TOKEN and, away from github.com, GITHUB_API_URL. @throws Error where there is no token */
export function githubFrom(environment: NodeJS.ProcessEnv): GithubRest {
  const { GITHUB_API_URL: apiUrl, GITHUB_TOKEN: token } = parsedBy(variables, environment);
  return new GithubRest({ apiUrl, token, maxRetries: 3, retryDelayMs: 1000 });
}

/** `open`, `closed`, or undefined where the repository has no such pull request. */
export async function stateOf(
  github: GithubRest,
  repository: string,
  number: number,
): Promise<'open' | 'closed' | undefined> {
  const found = await ifThere(github.request('GET', `/repos/${repository}/pulls/${number}`));
  return found && pull.parse(found.body).state;
}

/** Those of every hosted project; what cannot be asked is `unknown`. */
export async function openPullRequests(
  github: GithubRest | Error,
  projects: readonly Pick<ProjectSpec, 'name' | 'repository'>[],
): Promise<Map<string, PullRequests>> {
  const all = projects.map(async (project): Promise<[string, PullRequests]> => {
    const repository = repositoryOf(project);
    if (repository === undefined) return [project.name, unknown('the project names no repository on github.com')];
    if (github instanceof Error) return [project.name, unknown(github.message)];
    try {
      const open = await github.list(`/repos/${repository}/pulls`, pulls);
      return [project.name, { kind: 'known', open: new Set(open.map(({ number }) => number)) }];
    } catch (error) {
      return [project.name, unknown(messageOf(error))];
    }
  });
  return new Map(await Promise.all(all));
}

function unknown(reason: string): PullRequests {
  return { kind: 'unknown', reason };
}

/** Environments of a project's repository that are called after a pull request. */
export async function environmentsOf(github: GithubRest, project: string, repository: string): Promise<OnGithub[]> {
  const all = await github.list(`/repos/${repository}/environments`, environments);
  return all
    .filter(({ name }) => name.startsWith('pr-'))
    .map(({ name, updated_at }) => ({ kind: 'environment', project, name, at: Date.parse(updated_at) }));
}

export async function removeEnvironment(github: GithubRest, repository: string, preview: Preview): Promise<void> {
  await ifThere(github.request('DELETE', `/repos/${repository}/environments/pr-${preview.pullRequest}`));
}
