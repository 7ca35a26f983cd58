/** What a stack is to the policies. */
import { describe, expect, test } from 'vitest';
import program from '../../index.ts';
import { chatsIn } from '../../policy/production.ts';
import { describe as messageOf } from '../../policy/rule.ts';
import { rulesFor } from '../../policy/rules.ts';
import { environmentIn, stageOf } from '../../policy/stage.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { settingsOf } from '../../stacks/settings.ts';
import { runMocked } from '../components/mocked-engine.ts';
import { handedOn, hosting, inFile } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';

const shop = [{ name: 'shop' }];

describe('S3.2: what a stack is', () => {
  test.each([
    ['shop-pr-7', undefined, 'preview'],
    ['shop-pr-7', 'staging', 'preview'],
    ['staging', undefined, 'staging'],
    ['staging', 'production', 'staging'],
    ['production', undefined, 'production'],
    ['production', 'staging', 'production'],
    ['shop-chat-abc123', 'production', 'production'],
    ['shop-chat-abc123', 'staging', 'staging'],
    ['shop-chat-abc123', 'preview', 'production'],
    ['shop-chat-abc123', undefined, 'production'],
    ['blog-pr-7', 'staging', 'staging'],
    ['blog-pr-7', undefined, 'production'],
  ])('%s with the environment %s is %s', (stack, environment, kind) => {
    expect(stageOf(stack, shop, environment).kind).toBe(kind);
  });

  test('its settings come as the engine hands them to a pack', () => {
    expect(environmentIn(JSON.stringify({ 'codeb:environment': 'staging', 'codeb:projects': '{}' }))).toBe('staging');
    expect(environmentIn('{}')).toBeUndefined();
    expect(environmentIn(undefined)).toBeUndefined();
  });
});

/** What the rules say of a stack of one chat, by the stage that they take it for. */
async function foundIn(environment: 'staging' | 'production') {
  const projects = { sprintsolo: { only: 'chats', chats: [{ id: 'abc123', created: 1764547200 }] } };
  const given = inFile({ ...hosting(environment), projects });
  const plan = planned({ settings: settingsOf(given), projects: hostedProjects });
  const config = {
    ...handedOn(given),
    'codeb:variables': JSON.stringify(madeUpSecrets(plan, 'of these tests')),
    'codeb:fingerprintKey': 'of these tests, and long enough for one',
  };
  const { registered } = await runMocked(program, { config });
  expect(registered.length).toBeGreaterThan(2);
  return (said: string) => {
    const settings = JSON.stringify({ ...config, 'codeb:environment': said });
    const stage = stageOf('sprintsolo-chat-abc123', hostedProjects, environmentIn(settings));
    return registered.flatMap((one) => {
      const subject = { ...one, stage, isProtected: false };
      return rulesFor([], chatsIn(settings)).flatMap((rule) =>
        rule.check(subject, {}).map((finding) => messageOf(subject, finding)),
      );
    });
  };
}

test('S3.2: a staging chat’s stack is held to what staging is, and touches nothing of production', async () => {
  const staging = await foundIn('staging');
  expect(staging('staging')).toEqual([]);
  const production = await foundIn('production');
  expect(production('production')).toEqual([]);
  // Settings that say staging, and a program that makes production's.
  const found = production('staging').join('\n');
  expect(found).toContain("found production's host 'sprintsolo.supabase.co'");
  expect(found).toContain("found production's host 'abc123.sprint.solo.dev'");
  expect(found).toContain("found production's host 'sprint-abc123-1764547200.pages.dev'");
});
