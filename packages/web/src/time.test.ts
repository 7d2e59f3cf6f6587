import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bothWords, countdown, fleetAt, momentWords, progressBetween, realAt, spanWords } from './time.ts';

const tuesday = Date.UTC(2026, 10, 24, 9, 0, 0);
const demo = { fleet: tuesday, real: 1_000_000, rate: 360 };

describe('fleet time', () => {
  test('an hour of a demo at 360 times is ten seconds of the viewer', () => {
    expect(fleetAt(demo, demo.real + 10_000)).toBe(tuesday + 3_600_000);
    expect(realAt(demo, tuesday + 3_600_000)).toBe(demo.real + 10_000);
  });

  test('there and back is the same moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600 }), fc.nat(86_400_000), (rate, later) => {
        const anchor = { ...demo, rate };
        expect(realAt(anchor, fleetAt(anchor, demo.real + later))).toBeCloseTo(demo.real + later, 3);
      }),
    );
  });

  test('the countdown is in the viewer’s seconds, the moment in the fleet’s zone', () => {
    const due = countdown(demo, tuesday + 4 * 3_600_000, demo.real, 'Europe/Berlin');
    expect(due.left).toBe('in 40 s');
    expect(due.fleet).toBe('Tue 24 Nov, 14:00');
  });

  test('a look that is due does not count below zero', () => {
    expect(countdown(demo, tuesday - 1, demo.real, 'UTC').left).toBe('any moment');
  });

  test.each([
    ['midnight is 00, not 24', Date.UTC(2026, 10, 24, 0, 5), 'UTC', 'Tue 24 Nov, 00:05'],
    [
      'another zone may be another day',
      Date.UTC(2026, 10, 24, 0, 5),
      'America/New_York',
      'Mon 23 Nov, 19:05',
    ],
  ])('%s', (_, instant, zone, expected) => {
    expect(momentWords(instant, zone)).toBe(expected);
  });
});

describe('a moment in both zones', () => {
  test.each([
    [
      'the same day is not said twice',
      'Europe/Berlin',
      'America/New_York',
      'Tue 24 Nov, 10:00 (04:00 yours)',
    ],
    ['nor is it half a world away', 'Europe/Berlin', 'Pacific/Auckland', 'Tue 24 Nov, 10:00 (22:00 yours)'],
    [
      'late at home is tomorrow',
      'Asia/Tokyo',
      'Pacific/Honolulu',
      'Tue 24 Nov, 18:00 (Mon 23 Nov, 23:00 yours)',
    ],
    ['one zone needs no second time', 'Europe/Berlin', 'Europe/Berlin', 'Tue 24 Nov, 10:00'],
    ['nor do two that show the same', 'Europe/Berlin', 'Europe/Paris', 'Tue 24 Nov, 10:00'],
  ])('%s', (_, fleet, viewer, expected) => {
    expect(bothWords(tuesday, fleet, viewer)).toBe(expected);
  });

  test('the viewer’s is left out exactly where both clocks show the same', () => {
    let same = 0;
    const zones = ['Europe/Berlin', 'Europe/Paris', 'Asia/Kolkata', 'America/New_York', 'Africa/Lagos'];
    fc.assert(
      fc.property(fc.nat(4e9), fc.constantFrom(...zones), fc.constantFrom(...zones), (at, fleet, viewer) => {
        const alike = momentWords(at * 1_000, fleet) === momentWords(at * 1_000, viewer);
        if (alike) same += 1;
        expect(bothWords(at * 1_000, fleet, viewer).includes('yours')).toBe(!alike);
      }),
    );
    expect(same).toBeGreaterThan(15);
  });
});

describe('spans', () => {
  test.each([
    ['less than a second is still a second', 1, '1 s'],
    ['what is over is zero', -5_000, '0 s'],
    ['minutes keep two digits of seconds', 249_000, '4 min 09 s'],
    ['hours keep two digits of minutes', 3_900_000, '1 h 05 min'],
    ['days leave minutes out', 273_600_000, '3 d 4 h'],
    ['rounding up never makes 60 seconds', 59_001, '1 min 00 s'],
  ])('%s', (_, millis, expected) => {
    expect(spanWords(millis)).toBe(expected);
  });
});

describe('progress', () => {
  test.each([
    ['before it begins it is none', [100, 200, 50], 0],
    ['half way is half', [100, 200, 150], 0.5],
    ['after the end it is all', [100, 200, 900], 1],
    ['what has no length is done', [100, 100, 100], 1],
  ] as const)('%s', (_, [from, to, now], expected) => {
    expect(progressBetween(from, to, now)).toBe(expected);
  });
});
