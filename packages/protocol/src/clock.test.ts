import { describe, expect, test } from 'vitest';
import { clockOf, formatClock, parseClock, startClock, wallClock } from './clock.ts';

describe('the clock', () => {
  test('an accelerated clock runs by its rate and is the same in another process', async () => {
    const setting = startClock(1_000_000, 3_600);
    const here = clockOf(setting);
    const there = parseClock(formatClock(setting));
    await here.sleep(36_000);
    expect(here.now()).toBeGreaterThanOrEqual(1_036_000);
    expect(Math.abs(here.now() - there.now())).toBeLessThan(3_600 * 1_000);
  });

  test('without a setting it is the wall clock', () => {
    expect(parseClock(undefined).rate).toBe(1);
    expect(wallClock().now()).toBeGreaterThan(1_700_000_000_000);
  });

  test('a sleep ends early with the reason of its signal', async () => {
    const stop = new AbortController();
    const sleep = wallClock().sleep(1e12, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
  });

  test.each(['yes', 'origin=1;at=2;rate=0', 'origin=1;at=2;rate=1e9', 'origin=-1;at=2;rate=1'])(
    'refuses %j',
    (text) => {
      expect(() => parseClock(text)).toThrow(/TUESDAY_CLOCK/);
    },
  );
});
