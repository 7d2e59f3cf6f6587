import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, frameMillis, nextFrame } from './frames.ts';

const PACE = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };

describe('a frame', () => {
  test.each<[sentence: string, failures: number, spread: number, expected: number]>([
    ['is the base at first', 0, 0, 5_000],
    ['doubles', 3, 0, 40_000],
    ['ends at the cap when the breaker opens', 8, 0, 600_000],
    ['stays there', 1_000, 0, 600_000],
    ['is never shorter than the spread', 0, 220_000, 220_000],
    ['nor is the cap', 50, 3_600_000, 3_600_000],
    ['is the back-off where that is longer', 6, 220_000, 320_000],
  ])('%s', (_, failures, spread, expected) => {
    expect(frameMillis(PACE, failures, spread)).toBe(expected);
  });

  test('follows the one before, and begins now when that is over', () => {
    const first = nextFrame(undefined, 1_000, 500, () => 0.5);
    expect(first).toEqual({ frame: { from: 1_000, millis: 500 }, waitMillis: 250 });
    expect(nextFrame(first.frame, 1_250, 500, () => 0)).toEqual({
      frame: { from: 1_500, millis: 500 },
      waitMillis: 250,
    });
    expect(nextFrame(first.frame, 9_000, 500, () => 0).frame.from).toBe(9_000);
  });

  test('costs one frame at most when the clock is moved', () => {
    const year = 365 * 86_400_000;
    const frame: Frame = { from: year, millis: 500 };
    expect(nextFrame(frame, 0, 500, () => 1).waitMillis).toBe(1_000);
    expect(nextFrame(frame, 2 * year, 500, () => 1).waitMillis).toBe(500);
  });

  test('holds one attempt, whatever happens in between', () => {
    let attempts = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20_000), fc.nat(12), fc.nat(30_000)), { maxLength: 30 }),
        (steps) => {
          let [now, frame, end]: [number, Frame | undefined, number] = [0, undefined, 0];
          for (const [held, failures, spread] of steps) {
            const millis = frameMillis(PACE, failures, spread);
            const next = nextFrame(frame, now, millis, () => 0);
            expect(now + next.waitMillis).toBeGreaterThanOrEqual(end);
            ({ frame } = next);
            end = frame.from + frame.millis;
            now += next.waitMillis + held;
            attempts += 1;
          }
        },
      ),
      { numRuns: 300, seed: 7 },
    );
    expect(attempts).toBeGreaterThan(1_000);
  });
});
