import { defineConfig } from 'vitest/config';

const standIns = ['cloudflare', 'docker', 'github-provider'].map((name) => `test/sandbox/${name}.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{stacks,components,provider,sandbox,cli,policy,bench}/**/*.test.ts'],
          exclude: standIns,
        },
      },
      // The real engine on the stand-ins of Cloudflare, GitHub and Docker: a minute or two each.
      { test: { name: 'stand-ins', include: standIns, testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        test: {
          name: 'server',
          include: ['test/server/**/*.test.ts'],
          globalSetup: ['test/server/global-setup.ts'],
          // One server serves them all, and two cores run it.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
