import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, startClock } from '@tuesday/protocol';
import { afterAll, describe, expect, test } from 'vitest';
import { demoMorning, rememberDemoClock, resumeDemoClock } from './demo-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuesday-clock-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the demo clock', () => {
  test('always starts on a Tuesday at 07:00, ahead of now', () => {
    for (let day = 1; day <= 28; day++) {
      const now = new Date(2026, 10, day, 13, 30).getTime();
      const morning = new Date(demoMorning(now));
      expect(morning.getDay()).toBe(2);
      expect(morning.getHours()).toBe(7);
      expect(morning.getTime()).toBeGreaterThan(now);
    }
  });

  test('goes on where it stopped', () => {
    const file = join(folder, 'clock.json');
    const first = startClock(5_000_000_000, 240);
    rememberDemoClock(file, first);
    const shown = clockOf(resumeDemoClock(file, 0, 240)).now();
    expect(shown).toBeGreaterThanOrEqual(5_000_000_000);
    expect(shown).toBeLessThan(5_000_000_000 + 240 * 60_000);
  });

  test('a file that is not there or torn starts a new morning', () => {
    const file = join(folder, 'none.json');
    expect(clockOf(resumeDemoClock(file, 0, 1)).now()).toBeGreaterThanOrEqual(demoMorning(0));
  });
});
