/** S3.1, S3.3: what the program asks of GitHub for an environment: who passes, and what its jobs are told. */
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, test } from 'vitest';
import program from '../../index.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import type { ProjectSpec } from '../../stacks/project.ts';
import { handedOn, hosting, inFile } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { type Registered, runMocked } from './mocked-engine.ts';
import { accountId, inputsOf, registeredAlone } from './one-project.ts';

const shop = (changes: Partial<ProjectSpec> = {}): ProjectSpec => ({
  name: 'shop',
  repository: 'https://github.com/example/shop',
  domain: { base: 'shop.dev' },
  environments: { production: {}, staging: {}, preview: {} },
  github: { reviewers: { users: ['owner'] }, waitMinutes: 30 },
  ...changes,
});

/** As the engine is told of it. */
const secret = (value: string | undefined) => ({
  [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig,
  value,
});

/** What jobs are told in the environment of a project, by name. */
const variables = (registered: Registered[]) => byName(inputsOf(registered, 'ActionsEnvironmentVariable'));
const secrets = (registered: Registered[]) => byName(inputsOf(registered, 'ActionsEnvironmentSecret'));
const byName = (all: Registered['inputs'][]) =>
  Object.fromEntries(
    all.map(({ repository, environment, variableName, secretName, value }) => [
      `${repository} ${environment} ${variableName ?? secretName}`,
      value,
    ]),
  );

describe('S3.1: an environment', () => {
  const none = { waitTimer: 0, preventSelfReview: false, reviewers: [] };
  const approved = { waitTimer: 30, preventSelfReview: true, reviewers: [{ users: [1], teams: [] }] };

  test.each([
    ['production', {}, approved, [{ branchPattern: 'main' }, { tagPattern: 'v*' }]],
    ['staging', { environment: 'staging' }, none, [{ branchPattern: 'develop' }]],
    [
      'pr-7',
      { environment: 'preview', pullRequest: 7, projects: { shop: {} } },
      none,
      [{ branchPattern: 'refs/pull/7/merge' }],
    ],
  ])('%s: has its reviewers, branches and tags, and nobody passes by', async (environment, changes, asks, refs) => {
    const registered = await registeredAlone({ spec: shop(), changes });
    const own = { repository: 'shop', environment };
    expect(inputsOf(registered, 'RepositoryEnvironment')).toEqual([
      {
        ...own,
        ...asks,
        canAdminsBypass: false,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      },
    ]);
    expect(inputsOf(registered, 'RepositoryEnvironmentDeploymentPolicy')).toEqual(
      refs.map((ref) => ({ ...own, ...ref })),
    );
  });
});

describe('S3.3: jobs of an environment', () => {
  const matrix = {
    MODE: { kind: 'config', value: { staging: 'trial', production: 'live' }, stores: ['github'] },
    PUBLIC_URL: { kind: 'public', value: 'https://shop.dev', stores: ['github', 'pages'] },
    OF_SITES: { kind: 'config', value: 'of sites', stores: ['pages'] },
    TOKEN: { kind: 'secret', stores: ['github'] },
    TOKEN_OF_SITES: { kind: 'secret', stores: ['pages'] },
  } satisfies ProjectSpec['variables'];
  const values = { TOKEN: 'value of the token', TOKEN_OF_SITES: 'value for sites' };

  test('are told what of the matrix is theirs, and the account and token that deploy the sites', async () => {
    const registered = await registeredAlone({ spec: shop({ variables: matrix, pages: {} }), secrets: values });
    expect(variables(registered)).toEqual({
      'shop production MODE': 'live',
      'shop production PUBLIC_URL': 'https://shop.dev',
      'shop production CLOUDFLARE_ACCOUNT_ID': accountId,
    });
    expect(secrets(registered)).toEqual({
      'shop production TOKEN': secret(values.TOKEN),
      'shop production CLOUDFLARE_API_TOKEN': secret('a token'),
    });
  });

  test('learn nothing of Cloudflare where the project has no site', async () => {
    const { MODE, TOKEN } = matrix;
    const given = { changes: { environment: 'staging' }, secrets: { TOKEN: values.TOKEN } };
    const registered = await registeredAlone({ spec: shop({ variables: { MODE, TOKEN } }), ...given });
    expect(variables(registered)).toEqual({ 'shop staging MODE': 'trial' });
    expect(secrets(registered)).toEqual({ 'shop staging TOKEN': secret(values.TOKEN) });
  });

  test('of hosted projects are told the secrets of the stack, each those of its own project', async () => {
    const settings = hosting('production');
    const given = madeUpSecrets(planned({ settings, projects: hostedProjects }), 'of these tests');
    const config = {
      ...handedOn(inFile(settings)),
      'codeb:variables': JSON.stringify(given),
      'codeb:fingerprintKey': 'of these tests, and long enough for one',
    };
    const { registered } = await runMocked(program, { config });
    expect(variables(registered)).toMatchObject({
      'sprintsolo.dev production SUPABASE_URL': 'https://sprintsolo.supabase.co',
      'sprintsolo.dev production CLOUDFLARE_ACCOUNT_ID': accountId,
    });
    expect(secrets(registered)).toMatchObject({
      'share-paint production SLACK_WEBHOOK_URL': secret(given.paintshare?.SLACK_WEBHOOK_URL),
      'sprintsolo.dev production SUPABASE_SERVICE_ROLE_KEY': secret(given.sprintsolo?.SUPABASE_SERVICE_ROLE_KEY),
      'sprintsolo.dev production CLOUDFLARE_API_TOKEN': secret('a token'),
    });
  });
});
