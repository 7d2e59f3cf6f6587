/** Every case, against our own agent, the example client, and the example client with each fault. */
import { describe, expect, test, vi } from 'vitest';
import { FAULTS } from './testing/faults.ts';
import { AGENT, conformance, endedAs, failures, PYTHON, withFault } from './testing/run-conformance.ts';

// Most of each is waiting.
vi.setConfig({ maxConcurrency: 2 });

describe('every case', () => {
  test.each([
    ['our own agent', AGENT],
    ['the example in Python', PYTHON],
  ])('is passed by %s', async (_, client) => {
    const report = await conformance(client, { parallel: 4 });
    expect(failures(report)).toEqual([]);
    expect(report).toMatchObject({ code: 0, notShown: 0 });
    expect(report.passed).toBeGreaterThan(45);
  });
});

describe.concurrent('every case but those that it deserves', () => {
  test.for(Object.entries(FAULTS))('is passed by a client that %s', async ([fault, deserved], { expect }) => {
    const report = await conformance(withFault(fault), { parallel: 5, limit: 90 });
    // The sentences, too, so that a failure of this test says what it was.
    expect(endedAs(report, 'fail'), failures(report).join('\n')).toEqual(deserved);
    expect(endedAs(report, 'not-shown')).toEqual([]);
  });
});
