import { defineConfig } from 'vitest/config';
import { words } from './packages/web/words.plugin.ts';
import { LongestFirst } from './tools/tests/longest-first.ts';

export default defineConfig({
  // The console's words are macros; files without them are left as they are.
  plugins: [words()],
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'e2e/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: [
      'packages/server/src/testing/postgres.setup.ts',
      'packages/web/src/testing/console.setup.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A third of the time went into loading the same modules for each file anew. So a module must not keep what a
    // test did: what has state is made by whoever needs it.
    isolate: false,
    // docs/adr/0032-no-maglev.md
    execArgv: ['--no-maglev'],
    // One more than the processors of a small machine: many files wait for processes, and few for a processor alone.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
