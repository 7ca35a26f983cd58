/** AI code battle's data and variables, as its deployment playbook lists them (1 and 2). */
import { describe, expect, test } from 'vitest';
import type { EnvironmentName } from '../../stacks/environments.ts';
import type { PlannedProject } from '../../stacks/planned-project.ts';
import { codeBattle } from '../../stacks/projects/code-battle.ts';
import { variableNames } from '../../stacks/registry-document.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { sharedPod } from '../../stacks/shared-databases.ts';
import { unitsOf } from '../../stacks/units.ts';
import { hosting } from './inputs.ts';
import { planned } from './planned.ts';

function planIn(environment: EnvironmentName) {
  const stage = environment === 'preview' ? { environment, pullRequest: 7 } : { environment };
  const settings = { ...hosting('production'), ...stage, projects: { 'code-battle': {} } };
  return planned({ settings, projects: [codeBattle] });
}

function battleIn(environment: EnvironmentName): PlannedProject {
  const [found] = planIn(environment).projects;
  if (!found) throw new Error('the plan has no code-battle');
  return found;
}

const plainOf = ({ variables }: PlannedProject, name: string) =>
  variables.flatMap((one) => (one.name === name && one.kind !== 'secret' ? [one.value] : []));

const appOf = ({ pod }: PlannedProject, name: string) => pod?.apps.find((app) => app.name === name);

describe('S1.5: Redis', () => {
  test.each(['production', 'staging', 'preview'] as const)('in %s keeps its queues over a restart', (environment) => {
    const { pod } = battleIn(environment);
    const text = pod && unitsOf(pod)[`${pod.slug}-redis.container`]?.content;
    expect(text).toMatch(/^Exec=.*exec redis-server .*--dir \/data --appendonly yes/m);
    expect(text).toContain(`Volume=${pod?.directory}/data/redis:/data:U`);
  });

  test('keeps what projects share as well', () => {
    const shared = sharedPod({ stage: { environment: 'production' }, server: 'codeb', project: 'codeb' }, ['redis']);
    expect(unitsOf(shared)['shared-redis.container']?.content).toMatch(/^Exec=.*--dir \/data --appendonly yes/m);
  });

  test('is one for the API’s replicas and the workers, who reach it without a network', () => {
    const { pod } = battleIn('production');
    expect(pod?.redis).toBeDefined();
    expect(appOf(battleIn('production'), 'api')?.replicas).toHaveLength(2);
    expect(pod?.workers.map(({ name }) => name)).toEqual(['python', 'cpp', 'java']);
    for (const { name } of pod?.workers ?? []) {
      const text = pod && unitsOf(pod)[`code-battle-${name}.container`]?.content;
      expect(text).toContain('Network=none');
      expect(text).toMatch(/^Volume=\S+\/redis:\S+$/m);
    }
  });
});

describe('S1.7: OpenSearch', () => {
  test.each([
    ['production', 'search.code-battle.example'],
    ['staging', 'search-staging.code-battle.example'],
  ] as const)('in %s is another one, with its address, its key and its health', (environment, host) => {
    const battle = battleIn(environment);
    expect(battle.externals).toMatchObject([
      { name: 'opensearch', kind: 'opensearch', host, health: `https://${host}/_cluster/health` },
    ]);
    expect(plainOf(battle, 'OPENSEARCH_URL')).toEqual([`https://${host}`]);
    expect(appOf(battle, 'api')?.environment).toMatchObject({
      OPENSEARCH_URL: `https://${host}`,
      OPENSEARCH_INDICES: 'submission-log,paste-events,appeals',
    });
    expect(appOf(battle, 'api')?.secrets).toContain('OPENSEARCH_API_KEY');
    expect(battle.variables).toContainEqual(expect.objectContaining({ name: 'OPENSEARCH_API_KEY', required: true }));
  });

  test('is none in a preview, which has no address and no key of it', () => {
    const battle = battleIn('preview');
    expect(battle.externals).toEqual([]);
    expect(plainOf(battle, 'OPENSEARCH_URL')).toEqual([]);
    expect(appOf(battle, 'api')?.secrets).not.toContain('OPENSEARCH_API_KEY');
    expect(appOf(battle, 'api')?.environment).not.toHaveProperty('OPENSEARCH_URL');
  });

  test('is told to the API alone', () => {
    const { pod } = battleIn('production');
    for (const service of [appOf(battleIn('production'), 'web'), ...(pod?.workers ?? [])]) {
      expect(JSON.stringify(service)).not.toContain('OPENSEARCH');
    }
  });
});

const oauth = ['GITHUB', 'GOOGLE', 'KAKAO', 'NAVER'].flatMap((name) => [`${name}_CLIENT_ID`, `${name}_CLIENT_SECRET`]);

/** Section 1 of the playbook, with the values that it gives. */
const listed = {
  secret: [...oauth, 'OPENAI_API_KEY', 'GPTZERO_API_KEY', 'OPENSEARCH_API_KEY'],
  plain: [
    ...['MOCK_GPT5', 'FREE_MATCH_LIMIT', 'BASIC_MATCH_LIMIT', 'PRO_ROOM_LIMIT', 'BASIC_REVIEW_ENABLED'],
    ...['SANDBOX_DOCKER_IMAGE_PY', 'SANDBOX_DOCKER_IMAGE_CPP', 'SANDBOX_DOCKER_IMAGE_JAVA', 'OPENSEARCH_URL'],
  ],
  platform: [
    ...['DATABASE_URL', 'REDIS_URL'],
    ...['S3_ENDPOINT', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'S3_BUCKET'],
  ],
};

describe('S1.8: the variables of the playbook', () => {
  test.each(['production', 'staging'] as const)('are all there in %s, and reach the API', (environment) => {
    const battle = battleIn(environment);
    const { secret, plain, platform } = listed;
    expect(variableNames(battle)).toEqual(expect.arrayContaining([...secret, ...plain, ...platform]));
    const api = appOf(battle, 'api');
    expect(api?.secrets).toEqual(expect.arrayContaining(secret));
    expect(Object.keys(api?.environment ?? {})).toEqual(expect.arrayContaining(plain));
    expect(api?.environment).toMatchObject({
      PRO_ROOM_LIMIT: '1000',
      BASIC_REVIEW_ENABLED: 'true',
      MOCK_GPT5: 'false',
    });
  });

  test('name the images that the workers run', () => {
    const battle = battleIn('production');
    const told = appOf(battle, 'api')?.environment;
    expect(battle.pod?.workers.map(({ image }) => image)).toEqual([
      told?.SANDBOX_DOCKER_IMAGE_PY,
      told?.SANDBOX_DOCKER_IMAGE_CPP,
      told?.SANDBOX_DOCKER_IMAGE_JAVA,
    ]);
  });

  test('S1.1: a preview mocks what costs money, and has none of its keys', () => {
    const api = appOf(battleIn('preview'), 'api');
    expect(api?.environment).toMatchObject({ MOCK_GPT5: 'true', MOCK_SANDBOX: 'true' });
    expect(api?.secrets.toSorted()).toEqual(oauth);
  });

  test.each([
    ['production', [...listed.secret, 'SENTRY_DSN', 'SLACK_WEBHOOK_URL']],
    ['staging', listed.secret],
    ['preview', oauth],
  ] as const)('that are secret and missing in %s are named, all at once', (environment, missing) => {
    const plan = planIn(environment);
    const result = parseSecrets(plan, { credentials: {}, variables: {}, fingerprintKey: undefined });
    const problems = result.kind === 'refused' ? result.problems : [];
    expect(problems.map(({ path }) => path).toSorted()).toEqual(
      missing.map((name) => `codeb.variables.code-battle.${name}`).toSorted(),
    );
    expect(problems[0]?.message).toBe('is missing: the project declares it as a secret');
  });
});
