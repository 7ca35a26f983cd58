import { defineConfig } from 'vitest/config';

const onEngine = ['cloudflare', 'docker', 'github-provider', 'stack', 'language-host'].map(
  (name) => `test/sandbox/${name}.test.ts`,
);

const asCommands = [
  'test/cli/**/*.test.ts',
  'test/policy/{pack,staging-chat}.test.ts',
  'test/sandbox/command-provider.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{stacks,components,provider,sandbox,policy,bench}/**/*.test.ts'],
          exclude: [...onEngine, ...asCommands],
          sequence: { groupOrder: 0 },
        },
      },
      // Commands, scripts of the workflows and the policy pack, each started as its users do: some minutes in all.
      {
        test: {
          name: 'commands',
          include: asCommands,
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      // The real engine on the stand-ins of Cloudflare, GitHub and Docker: a minute or two each.
      {
        test: {
          name: 'stand-ins',
          include: onEngine,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'server',
          include: ['test/server/**/*.test.ts'],
          globalSetup: ['test/server/global-setup.ts'],
          // After the others: one server serves them all, and two cores run it.
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
