import { ActionsEnvironmentSecret } from '@pulumi/github/actionsEnvironmentSecret.js';
import { ActionsEnvironmentVariable } from '@pulumi/github/actionsEnvironmentVariable.js';
import { getTeamOutput } from '@pulumi/github/getTeam.js';
import { getUserOutput } from '@pulumi/github/getUser.js';
import { RepositoryEnvironment } from '@pulumi/github/repositoryEnvironment.js';
import { RepositoryEnvironmentDeploymentPolicy } from '@pulumi/github/repositoryEnvironmentDeploymentPolicy.js';
import * as pulumi from '@pulumi/pulumi';
import type { PlannedGithub } from '../stacks/github.ts';
import { githubChecks } from './github-checks.ts';

export interface GithubEnvironmentArgs {
  /** As the plan has it. */
  github: PlannedGithub;
  /** What its jobs are told. */
  variables: Record<string, string>;
  /** The same in secret; GitHub tells nobody what they are. */
  secrets: Record<string, pulumi.Input<string>>;
  /** Of the repository's owner. */
  provider: pulumi.ProviderResource;
}

/**
 * An environment of a repository: who approves, which branches deploy there, and the variables and secrets of its jobs.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 *
 * @example new GithubEnvironment('shop', { github: project.github, variables: {}, secrets: { TOKEN: token }, provider })
 */
export class GithubEnvironment extends pulumi.ComponentResource {
  constructor(name: string, args: GithubEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super('codeb:index:GithubEnvironment', name, {}, opts);
    const { github, variables, secrets, provider } = args;
    const { repository } = github;
    const inside = { parent: this, provider };
    const environment = new RepositoryEnvironment(
      name,
      {
        repository,
        environment: github.environment,
        waitTimer: github.waitTimer,
        // Who starts a deployment does not approve it, nor does an administrator pass by.
        preventSelfReview: github.reviewers.users.length + github.reviewers.teams.length > 0,
        canAdminsBypass: false,
        reviewers: reviewersOf(github, inside),
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      },
      inside,
    );
    const own = { repository, environment: environment.environment };
    for (const branchPattern of github.branches) {
      new RepositoryEnvironmentDeploymentPolicy(`${name}/${branchPattern}`, { ...own, branchPattern }, inside);
    }
    for (const tagPattern of github.tags) {
      new RepositoryEnvironmentDeploymentPolicy(`${name}/tag ${tagPattern}`, { ...own, tagPattern }, inside);
    }
    for (const [variableName, value] of Object.entries(variables)) {
      new ActionsEnvironmentVariable(`${name}/${variableName}`, { ...own, variableName, value }, inside);
    }
    for (const [secretName, value] of Object.entries(secrets)) {
      const args = { ...own, secretName, value: pulumi.secret(value) };
      new ActionsEnvironmentSecret(`${name}/${secretName}`, args, inside);
    }
    const checks = github.requiredChecks;
    if (checks.length > 0) githubChecks(name, { repository, checks }, inside);
    this.registerOutputs();
  }
}

function reviewersOf({ reviewers: { users, teams } }: PlannedGithub, opts: pulumi.InvokeOptions) {
  if (users.length + teams.length === 0) return [];
  return [
    {
      users: users.map((username) => getUserOutput({ username }, opts).id.apply(Number)),
      teams: teams.map((slug) => getTeamOutput({ slug }, opts).id.apply(Number)),
    },
  ];
}
