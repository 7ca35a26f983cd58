/** Every rule over everything that the hosted projects register, in every environment. */
import { runtime } from '@pulumi/pulumi';
import { describe, expect, test } from 'vitest';
import program from '../../index.ts';
import { chatsIn } from '../../policy/production.ts';
import { describe as messageOf } from '../../policy/rule.ts';
import { rulesFor } from '../../policy/rules.ts';
import { stackSecrets } from '../../policy/stack-secrets.ts';
import { stageOf } from '../../policy/stage.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { settingsOf } from '../../stacks/settings.ts';
import { runMocked } from '../components/mocked-engine.ts';
import { handedOn, hosting, inFile, server } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';

const inPreview = hostedProjects.filter(({ environments }) => environments.preview).map(({ name }) => name);

const onDocker = {
  'codeb:servers': { codeb: { ...server, dns: { backend: 'powerdns', zones: ['codeb.dev'] }, engine: 'docker' } },
};

const chats = [{ id: 'abc123', created: 1764547200 }];

type Environment = 'production' | 'staging' | 'preview';

const stacks: [string, Environment, Record<string, unknown>][] = [
  ['production', 'production', {}],
  ['staging', 'staging', {}],
  ['sprintsolo-chat-def456', 'staging', { 'codeb:projects': { sprintsolo: { only: 'chats', chats } } }],
  ['sprintsolo-chat-abc123', 'production', { 'codeb:projects': { sprintsolo: { only: 'chats', chats } } }],
  ['on-docker', 'production', { 'codeb:projects': { 'code-battle': {} }, ...onDocker }],
  ['code-battle-pr-7', 'preview', { 'codeb:projects': { 'code-battle': {} }, ...onDocker }],
  ...inPreview.map((name): [string, Environment, Record<string, unknown>] => [
    `${name}-pr-7`,
    'preview',
    { 'codeb:projects': { [name]: {} } },
  ]),
];

async function registeredIn(environment: Environment, changes: Record<string, unknown>) {
  const own = environment === 'preview' ? { ...hosting('staging'), pullRequest: 7 } : hosting(environment);
  const given = { ...inFile({ ...own, environment }), ...changes };
  const plan = planned({ settings: settingsOf(given), projects: hostedProjects });
  const variables = JSON.stringify(madeUpSecrets(plan, 'of these tests'));
  const config = {
    ...handedOn(given),
    'codeb:variables': variables,
    'codeb:fingerprintKey': 'of these tests, and long enough for one',
    'codeb:passwordKey': 'passwords of these tests come from this one',
  };
  const { registered } = await runMocked(program, { config });
  const secrets = stackSecrets(JSON.stringify({ 'codeb:variables': variables }));
  return { registered, rules: rulesFor(secrets, chatsIn(JSON.stringify(config))) };
}

/** Secrets as the engine hands them to a pack: their values. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== 'object' || value === null) return value;
  if (Reflect.get(value, runtime.specialSigKey) === runtime.specialSecretSig) return Reflect.get(value, 'value');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

describe('S3.2, S3.3, S4.10: the policies let the hosted projects through', () => {
  test.each(stacks)('as the stack %s', async (stack, environment, changes) => {
    const { registered, rules } = await registeredIn(environment, changes);
    const stage = stageOf(stack, hostedProjects, environment);
    expect(stage.kind).toBe(environment);
    const found = registered.flatMap(({ inputs, ...one }) => {
      const subject = { ...one, inputs: unwrapped(inputs), stage };
      return rules.flatMap((rule) => rule.check(subject, {}).map((finding) => messageOf(subject, finding)));
    });
    expect(found).toEqual([]);
    expect(registered.length).toBeGreaterThan(4);
  });

  test('and no preview as another project’s', async () => {
    const { registered } = await registeredIn('preview', { 'codeb:projects': { 'code-battle': {} } });
    const workload = registered.find(({ type }) => type === 'codeb:index:Workload');
    const stage = stageOf('celly-creative-pr-1', hostedProjects);
    const found = rulesFor([]).flatMap((rule) =>
      rule.check({ type: '', name: '', types: [], inputs: {}, ...workload, stage, isProtected: false }, {}),
    );
    expect(found.map(({ property }) => property)).toContain('slug');
  });
});
