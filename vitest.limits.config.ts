import { defineConfig } from 'vitest/config';

/** Apart from the others, because it boots a machine of its own: minutes with KVM, a quarter of an hour without. */
export default defineConfig({
  test: {
    include: ['test/limits/**/*.test.ts'],
    globalSetup: ['test/limits/global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 1_800_000,
  },
});
