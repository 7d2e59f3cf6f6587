import { defineConfig } from 'vitest/config';

/** The copies with a planted fault; they need no database. */
export default defineConfig({
  test: {
    include: ['packages/rollout/.faults/**/*.test.ts'],
    setupFiles: ['tools/faults/stop-when-caught.ts'],
  },
});
