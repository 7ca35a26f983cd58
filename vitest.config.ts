import { defineConfig } from 'vitest/config';

const onEngine = ['cloudflare', 'docker', 'github-provider', 'stack', 'language-host'].map(
  (name) => `test/sandbox/${name}.test.ts`,
);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{stacks,components,provider,sandbox,cli,policy,bench}/**/*.test.ts'],
          exclude: onEngine,
          sequence: { groupOrder: 0 },
        },
      },
      // The real engine on the stand-ins of Cloudflare, GitHub and Docker: a minute or two each.
      {
        test: {
          name: 'stand-ins',
          include: onEngine,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'server',
          include: ['test/server/**/*.test.ts'],
          globalSetup: ['test/server/global-setup.ts'],
          // After the others: one server serves them all, and two cores run it.
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
