/** S3.3: no secret where everybody reads it, by its name, by its form and by its value. */
import { expect, test } from 'vitest';
import { describe as line } from '../../stacks/problems.ts';
import { parseSecrets } from '../../stacks/secrets.ts';
import { project, settings } from './inputs.ts';
import { planned } from './planned.ts';
import { describeRefusals } from './refusal.ts';

/** Put together here, so that no scan takes it for a real one. */
const stripe = ['sk', 'live', 'abcdefghij0123456789'].join('_');
const withVariables = (variables: object) => [{ ...project('shop'), variables }];

describeRefusals('S3.3: refused in the project file', [
  {
    name: 'a secret under a name that a bundler builds into pages',
    projects: withVariables({ VITE_KEY: { kind: 'secret' }, NEXT_PUBLIC_KEY: { kind: 'secret' } }),
    says: [
      'projects.shop.variables.VITE_KEY: is a secret, and VITE_* is built into pages',
      'projects.shop.variables.NEXT_PUBLIC_KEY: is a secret, and NEXT_PUBLIC_* is built into pages',
    ],
  },
  {
    name: 'what is built into pages, but not called public',
    projects: withVariables({ EXPO_PUBLIC_API: { kind: 'config', value: 'https://api.example.org' } }),
    says: ['projects.shop.variables.EXPO_PUBLIC_API: is built into pages: its kind is public'],
  },
  {
    name: 'a key in plain text, without a word of it',
    projects: withVariables({
      STRIPE: { kind: 'public', value: { production: stripe, staging: 'none', preview: 'none' } },
      DATABASE: { kind: 'config', value: 'postgres://shop:hunter2@db.example.org/shop' },
    }),
    says: [
      "projects.shop.variables.STRIPE: holds a secret key of Stripe, and everybody reads it: expected kind 'secret', and its value in codeb:variables",
      "projects.shop.variables.DATABASE: holds an address with a password, and it is kept in plain text: expected kind 'secret', and its value in codeb:variables",
    ],
  },
]);

test('S3.3: a secret of the stack that another variable shows is refused without a word of it', () => {
  const plan = planned({
    settings: settings(),
    projects: withVariables({
      TOKEN: { kind: 'secret' },
      SHORT: { kind: 'secret' },
      PAGE: { kind: 'public', value: 'https://example.org/?key=correct-horse-battery' },
      OTHER: { kind: 'config', value: 'a' },
    }),
  });
  const variables = { shop: { TOKEN: 'correct-horse-battery', SHORT: 'a' } };
  const parsed = parseSecrets(plan, {
    credentials: {},
    variables,
    fingerprintKey: 'long enough for one of these tests',
  });
  expect(parsed.kind === 'refused' && parsed.problems.map(line)).toEqual([
    'projects.shop.variables.PAGE: holds the value of codeb.variables.shop.TOKEN, for everybody to read: expected another value, or none that is a secret',
  ]);
});
