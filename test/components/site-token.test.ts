import { expect, test } from 'vitest';
import program from '../../index.ts';
import { madeUpSecrets } from '../../sandbox/secrets.ts';
import { hostedProjects } from '../../stacks/projects.ts';
import { hosting } from '../stacks/inputs.ts';
import { planned } from '../stacks/planned.ts';
import { runMocked } from './mocked-engine.ts';

test('S0.6: the token of a site may write Pages of its account, and no name of a zone', async () => {
  const { cloudflare, servers } = hosting('production');
  const projects = { sprintsolo: { chats: [{ id: 'abc123', created: 1764547200 }] } };
  const settings = { cloudflare, servers, projects };
  const plan = planned({ settings: { environment: 'production', ...settings }, projects: hostedProjects });
  const config = {
    'codeb:environment': 'production',
    'codeb:variables': JSON.stringify(madeUpSecrets(plan, 'of these tests')),
    'codeb:fingerprintKey': 'of these tests, and long enough for one',
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`codeb:${name}`, JSON.stringify(value)])),
  };
  const { registered } = await runMocked(program, { config });
  const tokens = registered.filter(({ type }) => type === 'cloudflare:index/apiToken:ApiToken');
  expect(tokens.map(({ name, inputs }) => [name, inputs.policies])).toEqual([
    [
      'sprintsolo-sites',
      [
        {
          effect: 'allow',
          permissionGroups: [{ id: 'of the group' }],
          resources: JSON.stringify({ [`com.cloudflare.api.account.${'a'.repeat(32)}`]: '*' }),
        },
      ],
    ],
  ]);
});
