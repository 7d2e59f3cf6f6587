/** `npm run test:slow`: the long variants, one after the other. */
import { defineConfig, mergeConfig } from 'vitest/config';
import everyday from './vitest.config.ts';

const slow = mergeConfig(everyday, defineConfig({ test: { testTimeout: 1_200_000, maxWorkers: 1 } }));
slow.test = { ...slow.test, include: ['packages/*/src/**/*.slow.ts', 'e2e/**/*.slow.ts'] };
export default slow;
