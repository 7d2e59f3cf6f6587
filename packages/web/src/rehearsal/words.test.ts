import type { WhatIfResult } from '@tuesday/simulator/rehearsal';
import { PLAIN, type WhatIf } from '@tuesday/simulator/what-if';
import { describe, expect, test } from 'vitest';
import { nextWords, toneOf, verdictWords } from './words.ts';

function result(change: Partial<WhatIf>, harmed: number, halted: number): WhatIfResult {
  const events = halted > 0.5 ? [{ at: 0, kind: 'halted', what: 'x' }] : [];
  return {
    whatIf: { ...PLAIN, ...change },
    row: {
      harmedMedian: harmed,
      halted,
      haltedBeforeLast: halted,
      medianHoursToHalt: halted > 0.5 ? 3.5 : null,
    },
    devices: 1_000,
    harmedShare: harmed / 1_000,
    cost: { currency: 'EUR', total: harmed * 100, lines: [] },
    story: { events },
  } as unknown as WhatIfResult;
}

describe('what it comes to', () => {
  const bad = result({ name: 'Bad', bounds: null }, 150, 0);
  const mild = result({ name: 'Mild' }, 8, 1);
  const none = result({ name: 'Good', harm: 'none' }, 0, 0);
  test.each([
    [
      'a fault that nothing halts, and the best beside it',
      bad,
      mild,
      'Bad” harms 150 of 1,000 devices (15 %), and nothing',
    ],
    ['one alone', mild, mild, 'halted after 3.5 h; it costs 800 EUR.'],
    ['harm to nobody', none, none, '“Good” harms nobody.'],
  ])('%s', (_, worst, best, words) => {
    expect(
      verdictWords(worst, best)
        .replaceAll(/[\u2009\u202f ]/g, ',')
        .replaceAll(',', ''),
    ).toContain(words.replaceAll(/[ ,]/g, ''));
  });

  test('nothing halts it, it halts itself, or there is nothing to halt', () => {
    expect([bad, mild, none].map(toneOf)).toEqual(['bad', 'good', 'calm']);
  });
});

describe('what follows for the plan', () => {
  test.each<[string, WhatIfResult[], string | undefined]>([
    ['nothing, where it was not asked about', [result({ stages: 'at-once' }, 9, 0)], undefined],
    ['nothing, of a good release', [result({ harm: 'none' }, 0, 0)], undefined],
    ['that it holds', [result({}, 8, 1)], 'is stopped before the last stage'],
    ['what it misses, by name', [result({}, 8, 1), result({ name: 'Slow' }, 90, 0.5)], 'stop “Slow” before'],
  ])('%s', (_, results, words) => {
    if (words === undefined) expect(nextWords(results)).toBeUndefined();
    else expect(nextWords(results)).toContain(words);
  });
});
