import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from './types.ts';
import { countInRow, weighChecks } from './weigh-checks.ts';

const past = { cloud: '1'.repeat(20), broker: '0'.repeat(20) };
const process = (ok: boolean): CheckResult => ({ name: 'process', ok });
const cloud = (ok: boolean): CheckResult => ({ name: 'cloud', ok, byPast: true });
const broker = (ok: boolean): CheckResult => ({ name: 'broker', ok, byPast: true });
const ready = (ok: boolean): CheckResult => ({ name: 'ready', ok, atConfirm: true });

describe('checks that are weighed together', () => {
  test.each<[string, CheckResult[], Record<string, number>, 'along' | 'confirm', object]>([
    ['all hold', [process(true), cloud(true)], {}, 'along', { is: 'holds', excused: [] }],
    ['one fails', [process(false), cloud(true)], {}, 'along', { is: 'fails', failing: 'process' }],
    [
      'the first of two is named',
      [cloud(false), process(false)],
      {},
      'along',
      { is: 'fails', failing: 'cloud' },
    ],
    [
      'a connection that fails once is waited for',
      [cloud(false)],
      { cloud: 1 },
      'along',
      { is: 'waits', failing: 'cloud' },
    ],
    [
      'a connection that fails twice is held against it',
      [cloud(false)],
      { cloud: 2 },
      'along',
      { is: 'fails' },
    ],
    [
      'what never worked is excused',
      [broker(false)],
      { broker: 99 },
      'along',
      { is: 'holds', excused: ['broker'] },
    ],
    ['what is asked for at the end does not matter before', [ready(false)], {}, 'along', { is: 'holds' }],
    [
      'what is asked for at the end matters then',
      [ready(false)],
      {},
      'confirm',
      { is: 'fails', failing: 'ready' },
    ],
    ['no declared check is no objection', [], {}, 'confirm', { is: 'holds' }],
  ])('%s', (_, checks, inRow, moment, expected) => {
    expect(weighChecks(checks, { past, inRow }, moment)).toMatchObject(expected);
  });

  test('a look that is told again is counted once, and one that held ends the row', () => {
    const first = countInRow({}, [cloud(false)]);
    const again = countInRow(first, [{ ...cloud(false), again: true }]);
    const second = countInRow(again, [cloud(false)]);
    expect([first, again, second, countInRow(second, [cloud(true)])]).toEqual(
      [1, 1, 2, 0].map((failures) => ({ cloud: failures })),
    );
  });

  test('nothing is confirmed unless every check holds or never worked here', () => {
    const reached: Record<string, number> = {};
    const check = fc.record({
      name: fc.constantFrom('cloud', 'broker', 'new'),
      ok: fc.boolean(),
      byPast: fc.option(fc.constant(true as const), { nil: undefined }),
      atConfirm: fc.option(fc.constant(true as const), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(check, { maxLength: 5 }), fc.nat(4), (drawn, failures) => {
        const checks = drawn.map(({ byPast, atConfirm, ...rest }): CheckResult => ({
          ...rest,
          ...(byPast && { byPast }),
          ...(atConfirm && { atConfirm }),
        }));
        const inRow = { cloud: failures, broker: failures, new: failures };
        const { is } = weighChecks(checks, { past, inRow }, 'confirm');
        const blamed = checks.filter(({ ok, byPast, name }) => !ok && !(byPast && name === 'broker'));
        expect(is === 'holds').toBe(blamed.length === 0);
        const along = weighChecks(checks, { past, inRow }, 'along').is;
        if (along === 'fails') expect(is).toBe('fails');
        reached[is] = (reached[is] ?? 0) + 1;
      }),
      { numRuns: 1_000 },
    );
    for (const is of ['holds', 'waits', 'fails']) expect(reached[is] ?? 0, is).toBeGreaterThan(20);
  });
});
