/** `npm run test:slow`: what is too slow for every change. */
import { defineConfig } from 'vitest/config';
import usual from './vitest.config.ts';

export default defineConfig({
  test: { ...usual.test, include: ['**/*.slow.ts'], testTimeout: 900_000, hookTimeout: 300_000 },
});
