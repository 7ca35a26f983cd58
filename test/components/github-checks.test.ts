/** The rule of a repository, as a hosted project's environment and as this repository's own. */
import { Provider } from '@pulumi/github/provider.js';
import { describe, expect, test } from 'vitest';
import { githubChecks } from '../../components/github-checks.ts';
import { GithubEnvironment } from '../../components/github-environment.ts';
import { github, planChecks, planGithub } from '../../stacks/github.ts';
import { runMocked } from './mocked-engine.ts';

const spec = github.parse({ reviewers: { users: ['someone'] } });

/** The rulesets that a program makes. */
async function rulesets(program: (provider: Provider) => void) {
  const run = await runMocked(async () => program(new Provider('github', { owner: 'example' })), { config: {} });
  return run.registered.filter(({ type }) => type === 'github:index/repositoryRuleset:RepositoryRuleset');
}

describe('S3.1: a rule of a repository requires checks of main and develop', () => {
  const rule = {
    name: 'codeb checks',
    target: 'branch',
    enforcement: 'active',
    conditions: { refName: { includes: ['refs/heads/main', 'refs/heads/develop'], excludes: [] } },
  };
  const requires = (...checks: string[]) => ({
    requiredStatusChecks: {
      requiredChecks: checks.map((context) => ({ context })),
      strictRequiredStatusChecksPolicy: true,
    },
  });

  test('of a hosted project, which nobody passes by', async () => {
    const planned = planGithub('https://github.com/example/shop', spec, { environment: 'production' });
    const [one, ...more] = await rulesets(
      (provider) => new GithubEnvironment('shop', { github: planned, variables: {}, secrets: {}, provider }),
    );
    expect(more).toEqual([]);
    expect(one?.types).toEqual(expect.arrayContaining(['codeb:index:GithubEnvironment']));
    const rules = requires('quality / quality', 'quality / forbidden');
    expect(one).toMatchObject({ name: 'shop', inputs: { ...rule, repository: 'shop', rules } });
    expect(one?.inputs).not.toHaveProperty('bypassActors');
    const staging = planGithub('https://github.com/example/shop', spec, { environment: 'staging' });
    expect(
      await rulesets(
        (provider) => new GithubEnvironment('s', { github: staging, variables: {}, secrets: {}, provider }),
      ),
    ).toEqual([]);
  });

  test('of this repository: those of preview.yml, and who deploys may push images to develop', async () => {
    const checks = planChecks({ url: 'https://github.com/example/codeb-infra', deployer: 'codeb-deploy' });
    expect(checks.owner).toBe('example');
    expect(await rulesets((provider) => githubChecks('codeb-infra', checks, { provider }))).toMatchObject([
      {
        name: 'codeb-infra',
        provider: expect.stringContaining('pulumi:providers:github::github::'),
        inputs: {
          ...rule,
          repository: 'codeb-infra',
          bypassActors: [{ actorId: 1, actorType: 'User', bypassMode: 'always' }],
          rules: requires('check', 'preview staging', 'preview production'),
        },
      },
    ]);
  });
});
