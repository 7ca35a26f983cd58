import { getUserOutput } from '@pulumi/github/getUser.js';
import { RepositoryRuleset } from '@pulumi/github/repositoryRuleset.js';
import type * as pulumi from '@pulumi/pulumi';
import type { PlannedChecks } from '../stacks/github.ts';

/**
 * A rule of a repository: nothing gets into `main` or `develop` before its checks have passed on what that becomes.
 * Source: https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets
 *
 * @example githubChecks('shop', { repository: 'shop', checks: ['quality / quality'] }, { provider })
 */
export function githubChecks(
  name: string,
  { repository, checks, deployer }: Omit<PlannedChecks, 'owner'>,
  opts: pulumi.CustomResourceOptions & pulumi.InvokeOptions,
): RepositoryRuleset {
  const passing = deployer === undefined ? undefined : getUserOutput({ username: deployer }, opts).id.apply(Number);
  return new RepositoryRuleset(
    name,
    {
      repository,
      name: 'codeb checks',
      target: 'branch',
      enforcement: 'active',
      ...(passing && { bypassActors: [{ actorId: passing, actorType: 'User', bypassMode: 'always' }] }),
      conditions: { refName: { includes: ['refs/heads/main', 'refs/heads/develop'], excludes: [] } },
      rules: {
        requiredStatusChecks: {
          requiredChecks: checks.map((context) => ({ context })),
          strictRequiredStatusChecksPolicy: true,
        },
      },
    },
    opts,
  );
}
