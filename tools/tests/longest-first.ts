/**
 * The order of the test files: those that take longest first, so that at the end no worker is alone with one that
 * has just begun. Vitest orders by what it remembers of the last run, and a machine that is new remembers nothing.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first; a quarter of a minute or more. Whatever is not here follows, by size. */
export const LONGEST: readonly string[] = [
  'e2e/boot/boot.test.ts',
  'packages/agent/src/testing/loops/loops.test.ts',
  'packages/web/src/screens.browser.test.ts',
  'packages/simulator/src/friday/friday.test.ts',
  'e2e/killed/server-killed.test.ts',
  'e2e/friday-by-clicking.test.ts',
  'e2e/parity/matrix-to-gate.test.ts',
  'packages/matrix/src/run/real-brokers.test.ts',
  'e2e/chaos/chaos.test.ts',
  'e2e/relay/relay.test.ts',
  'packages/web/src/people.browser.test.ts',
  'packages/web/src/silent.browser.test.ts',
  'e2e/unknown-code.test.ts',
  'packages/trust/src/audit/verify-export.test.ts',
  'packages/agent/src/run/run-agent.test.ts',
  'packages/agent/src/installers/installed-machine.test.ts',
  'packages/server/src/rollouts/tick.test.ts',
  'packages/server/src/rollouts/halt-frozen.test.ts',
  'e2e/conformance/conformance.test.ts',
  'packages/web/src/console.browser.test.ts',
  'packages/web/src/words.browser.test.ts',
  'packages/web/src/releases.browser.test.ts',
  'packages/web/src/live.browser.test.ts',
  'packages/web/src/fleet.browser.test.ts',
  'packages/web/src/incidents.browser.test.ts',
  'packages/web/src/recoveries.browser.test.ts',
  'packages/web/src/plan.browser.test.ts',
  'packages/web/src/rehearsal.browser.test.ts',
  'packages/web/src/texts.browser.test.ts',
  'packages/cli/src/commands/rehearse.test.ts',
  'packages/rollout/src/trial/trial.test.ts',
  'packages/agent/src/trust/attacks.test.ts',
  'packages/simulator/src/rehearsal/rehearsal.test.ts',
  'packages/rollout/src/policy/looser.test.ts',
  'packages/server/src/rollouts/exclude.test.ts',
];

/** @returns the files with the longest first; the others stay in their order */
export function longestFirst<T>(files: readonly T[], pathOf: (file: T) => string): T[] {
  const place = (file: T) => {
    const path = pathOf(file);
    const found = LONGEST.findIndex((long) => path.endsWith(`/${long}`));
    return found === -1 ? LONGEST.length : found;
  };
  return files.toSorted((a, b) => place(a) - place(b));
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files), ({ moduleId }) => moduleId);
  }
}
