import type { AmongNeighbours } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { TellNeighbours } from './tell-neighbours.ts';

const HOUR = 3_600_000;

test('it looks once an hour, says it again in between, and ends when it is stopped', async () => {
  const clock = new VirtualClock(0);
  const told: Array<{ at: number; relay: AmongNeighbours }> = [];
  let looks = 0;
  const telling = new TellNeighbours({
    clock,
    everyMillis: HOUR,
    look: () => ({ gives: true, heard: [`d${++looks}`], others: 0 }),
    tell: (relay) => told.push({ at: clock.now(), relay }),
  });
  telling.start();
  const passes = async (until: number) => {
    await Promise.resolve();
    while (clock.step(until)) await new Promise((resolve) => setImmediate(resolve));
  };
  await passes(3 * HOUR);
  expect(told[0]?.at).toBe(150_000);
  expect(looks).toBe(3);
  expect(told.length).toBeGreaterThan(30);
  const changes = told.filter(({ relay }, nth) => relay !== told[nth - 1]?.relay);
  expect(changes).toHaveLength(looks);
  await telling.stop();
  const before = told.length;
  await passes(5 * HOUR);
  expect(told).toHaveLength(before);
});
