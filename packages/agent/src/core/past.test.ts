import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  forgetOthers,
  isSurprising,
  MOST_PATIENCE,
  NEVER_WORKED_AFTER,
  PAST_LENGTH,
  type Past,
  pastSchema,
  remember,
  saysTheSame,
  worked,
} from './past.ts';

const past = (results: string): Past => ({ cloud: results });
const always = '1'.repeat(PAST_LENGTH);
const never = '0'.repeat(PAST_LENGTH);

/** The first count of failures in a row that surprises; null: none up to a hundred. */
function patience(results: string): number | null {
  for (let inRow = 1; inRow <= 100; inRow++) if (isSurprising(past(results), 'cloud', inRow)) return inRow;
  return null;
}

describe('what a device knows of its connections', () => {
  test.each<[string, string, ReturnType<typeof worked>, number | null]>([
    ['one that always held may fail once', always, 'worked', 2],
    ['one that held a few times may fail a little more often', '11111', 'worked', 3],
    ['one that nobody has seen is held against nobody at once, and not for ever', '', 'unknown', 7],
    ['one that drops every other time is given more patience', '10'.repeat(24), 'worked', 7],
    [
      'one that hardly ever held is given a bounded time',
      `1${never}`.slice(0, PAST_LENGTH),
      'worked',
      MOST_PATIENCE,
    ],
    ['one that failed a few times only is not excused yet', '00000', 'unknown', 30],
    ['one that never held is excused for good', never, 'never', null],
    ['one that has failed often enough counts as never held', '0'.repeat(NEVER_WORKED_AFTER), 'never', null],
  ])('%s', (_, results, expected, failures) => {
    expect(worked(past(results), 'cloud')).toBe(expected);
    expect(patience(results)).toBe(failures);
  });

  test('a check that is not declared any more is forgotten', () => {
    expect(forgetOthers({ cloud: '1', broker: '0' }, ['broker'])).toEqual({ broker: '0' });
  });

  const results = fc
    .array(fc.boolean(), { maxLength: 3 * PAST_LENGTH, size: 'max' })
    .map((all) => all.map((held) => (held ? '1' : '0')).join(''));

  test('it is bounded, can be stored, and remembers the newest', () => {
    let long = 0;
    fc.assert(
      fc.property(results, (all) => {
        let known: Past = {};
        for (const one of all) known = remember(known, 'cloud', one === '1');
        expect(pastSchema.safeParse(known).success).toBe(true);
        expect(known['cloud'] ?? '').toBe(all.slice(-PAST_LENGTH));
        if (all.length > PAST_LENGTH) long += 1;
      }),
    );
    expect(long).toBeGreaterThan(10);
  });

  test('a better past never makes a device more patient, and only what never held is borne without end', () => {
    const reached: Record<string, number> = {};
    fc.assert(
      fc.property(fc.nat(PAST_LENGTH), fc.nat(PAST_LENGTH), fc.nat(PAST_LENGTH), (seen, some, other) => {
        const held = Math.min(some, other, seen);
        const more = Math.min(Math.max(some, other), seen);
        const worse = '1'.repeat(held) + '0'.repeat(seen - held);
        const better = '1'.repeat(more) + '0'.repeat(seen - more);
        expect(patience(better) ?? Infinity).toBeLessThanOrEqual(patience(worse) ?? Infinity);
        expect(patience(worse) === null).toBe(worked(past(worse), 'cloud') === 'never');
        const what = worked(past(worse), 'cloud');
        reached[what] = (reached[what] ?? 0) + 1;
      }),
      { numRuns: 300 },
    );
    for (const what of ['worked', 'never', 'unknown']) expect(reached[what] ?? 0, what).toBeGreaterThan(10);
  });

  test('what decides the same is the same', () => {
    expect(saysTheSame(past(always), past('1'))).toBe(true);
    expect(saysTheSame(past(never), past(always))).toBe(false);
    expect(saysTheSame({}, past('0'))).toBe(true);
  });
});
