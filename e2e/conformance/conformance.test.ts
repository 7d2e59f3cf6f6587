/** The everyday part: what takes seconds. `conformance.slow.ts` runs every case against every client. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FAULTS } from './testing/faults.ts';
import { AGENT, conformance, endedAs, failures, PYTHON, withFault } from './testing/run-conformance.ts';

/** Most of each is waiting. */
describe.concurrent('a client that is held to the safe behaviours', () => {
  test('our own agent enrols once, resumes, refuses, goes back and confirms', async ({ signal, expect }) => {
    const only = [
      'enrols-once',
      'resumes-after-a-power-cut',
      'refuses-a-wrong-digest',
      'refuses-below-threshold',
      'three-attempts',
      'confirms-after-probation',
    ];
    const report = await conformance(AGENT, { parallel: 6, only, limit: 50, signal });
    expect(failures(report)).toEqual([]);
    expect(report).toMatchObject({ code: 0, passed: only.length });
  });

  test('the example in Python does, too', async ({ signal, expect }) => {
    const only = ['resumes-a-broken-download', 'counts-a-key-once', 'three-attempts', 'reports-late'];
    const report = await conformance(PYTHON, { parallel: 4, only, limit: 50, signal });
    expect(failures(report)).toEqual([]);
    expect(report).toMatchObject({ code: 0, passed: only.length });
  });

  test.for([
    'ignores-digest',
    'refuses-and-takes',
    'counts-signatures',
    'changes-its-story',
    'heeds-any-offer',
  ])(
    'with the fault %s it fails what it deserves, and its neighbours pass',
    async (fault, { signal, expect }) => {
      const deserved = FAULTS[fault] ?? [];
      const neighbours = ['recalled-while-trying', 'refuses-too-many-bytes', 'refuses-unsigned'];
      const only = [...deserved, ...neighbours];
      const report = await conformance(withFault(fault), { parallel: 6, only, limit: 50, signal });
      expect(endedAs(report, 'fail')).toEqual(deserved);
      expect(endedAs(report, 'pass')).toEqual(neighbours);
      expect(report.code).toBe(1);
    },
  );

  test('without MQTT it has nothing to show there, which is no failure', async ({ signal, expect }) => {
    const only = ['hears-announcements'];
    const report = await conformance(withFault('is-deaf'), { parallel: 1, only, signal });
    expect(report).toMatchObject({ code: 0, passed: 0, failed: 0, notShown: 1 });
  });

  test('that cannot be started fails at once, with the reason', async ({ signal, expect }) => {
    const client = { command: '/no/such/client', flags: [] };
    const report = await conformance(client, { parallel: 1, only: ['enrols-once'], signal });
    expect(failures(report)).toEqual(['enrols-once: the command cannot be run: it ended with 127.']);
  });
});

test('the Ed25519 of the example verifies the vectors of RFC 8032, and nothing that was changed', () => {
  const cwd = fileURLToPath(new URL('../../examples/client-python/', import.meta.url));
  const { status, stderr } = spawnSync('python3', ['-B', 'test_ed25519.py'], { cwd, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, expect.stringContaining('OK')]);
});
