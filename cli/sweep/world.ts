/** Everywhere that previews leave something: what is found there, and what could not be asked. */
import { type CloudflareApi, cloudflareFrom } from '../../cloudflare/api.ts';
import type { Project } from '../../stacks/project.ts';
import type { Settings } from '../../stacks/settings.ts';
import type { GithubRest } from '../preview-comment/github-rest.ts';
import { messageOf } from '../../provider/operation-error.ts';
import { orError } from '../or-error.ts';
import { repositoryOf } from '../project-repository.ts';
import { listingsOf } from './cloudflare.ts';
import { stacksThere } from './engine.ts';
import type { Found, OnServer } from './found.ts';
import { environmentsOf, githubFrom, openPullRequests } from './github.ts';
import type { PullRequests } from './leftovers.ts';
import { type SweptServer, sweptServer } from './server.ts';

export interface World {
  readonly projects: readonly Project[];
  readonly servers: ReadonlyMap<string, SweptServer>;
  /** An error tells what is missing to ask it. */
  readonly github: GithubRest | Error;
  readonly cloudflare: { readonly api: CloudflareApi | Error; readonly accountId: string } | undefined;
  readonly pullRequests: ReadonlyMap<string, PullRequests>;
  readonly found: readonly Found[];
  /** Whether the stacks are known: without them nothing may be removed past them. */
  readonly knowsStacks: boolean;
  readonly problems: readonly string[];
}

/** What fails is undefined, and told. */
type Attempt = <T>(what: string, ask: () => Promise<T>) => Promise<T | undefined>;

/** Asks all of it at once. What fails is a problem and hides nothing of the rest. */
export async function lookAround(
  { servers: settings, cloudflare }: Settings,
  projects: readonly Project[],
  environment: NodeJS.ProcessEnv,
): Promise<World> {
  const problems: string[] = [];
  const attempt: Attempt = async (what, ask) => {
    try {
      return await ask();
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const servers = new Map(Object.entries(settings).map(([name, one]) => [name, sweptServer(name, one)]));
  const github = orError(() => githubFrom(environment));
  const api = orError(() => cloudflareFrom(environment));
  if (cloudflare && api instanceof Error) problems.push(`Cloudflare: ${api.message}`);

  const onGithub = projects.map(async (project) => {
    const repository = repositoryOf(project);
    if (!project.github || repository === undefined || github instanceof Error) return undefined;
    return await attempt(`environments of ${repository}`, () => environmentsOf(github, project.name, repository));
  });
  const onCloudflare =
    cloudflare && !(api instanceof Error)
      ? Object.entries(listingsOf(api, cloudflare, projects)).map(([what, ask]) => attempt(`Cloudflare, ${what}`, ask))
      : [];
  const [stacks, pullRequests, ...rest] = await Promise.all([
    attempt('stacks', stacksThere),
    openPullRequests(github, projects),
    ...[...servers].map(([name, server]) => foundOn(name, server, attempt)),
    ...onGithub,
    ...onCloudflare,
  ]);
  return {
    projects,
    servers,
    github,
    cloudflare: cloudflare && { api, accountId: cloudflare.accountId },
    pullRequests,
    found: [...(stacks ?? []).filter(({ name }) => /pr-\d/.test(name)), ...rest.flatMap((found) => found ?? [])],
    knowsStacks: stacks !== undefined,
    problems: [...problems, ...unasked(projects, pullRequests)],
  };
}

/** A name server may refuse the transfer of one zone, and those of the others not. */
export async function foundOn(
  name: string,
  server: Pick<SweptServer, 'list' | 'zones' | 'records'>,
  attempt: Attempt,
): Promise<Found[]> {
  const found = await Promise.all([
    attempt(`server ${name}`, () => server.list()),
    ...server.zones.map((zone) => attempt(`zone ${zone} on the name server of ${name}`, () => server.records(zone))),
  ]);
  return found.flatMap((things): OnServer[] => things ?? []);
}

/** A project without a repository on GitHub has no pull requests to ask for. */
function unasked(projects: readonly Project[], pullRequests: ReadonlyMap<string, PullRequests>): string[] {
  return projects.flatMap((project) => {
    const answer = pullRequests.get(project.name);
    if (answer?.kind !== 'unknown' || repositoryOf(project) === undefined) return [];
    return [`pull requests of ${project.name}: ${answer.reason}`];
  });
}
