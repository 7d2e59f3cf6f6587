import { describe, expect, test } from 'vitest';
import { notRun, type RunnerReport, whatFailed } from './ran.ts';

const body = `import { test } from 'vitest';\ntest('x', () => {});\n`;

describe('the register of tests', () => {
  test('names a test file that no runner ran', () => {
    expect(notRun([{ path: 'packages/x/src/a.test.ts', text: body }], new Set())).toHaveLength(1);
  });
  test('names tests in a file that no runner looks for', () => {
    expect(notRun([{ path: 'packages/x/src/a.spec.ts', text: body }], new Set()).join()).toContain(
      'not named',
    );
  });
  test('is content when all ran', () => {
    expect(notRun([{ path: 'a.test.ts', text: body }], new Set(['a.test.ts']))).toEqual([]);
  });
});

describe('what failed', () => {
  const results = (
    assertionResults: RunnerReport['testResults'][0]['assertionResults'],
    message?: string,
  ) => ({
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 0,
    testResults: [{ name: '/r/a.test.ts', status: 'failed', assertionResults, ...(message && { message }) }],
  });
  test('is named by file and sentence, with its reason', () => {
    const report = results([
      { fullName: 'it holds', status: 'passed' },
      { fullName: 'it bends', status: 'failed', failureMessages: ['expected 1 to be 2'] },
    ]);
    expect(whatFailed(report, '/r')).toEqual(['a.test.ts › it bends\nexpected 1 to be 2']);
  });
  test('is the file itself when it did not load', () => {
    expect(whatFailed(results([], 'no such module'), '/r')).toEqual(['a.test.ts: no such module']);
  });
});
