import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { tidyMemory } from './tidy-memory.ts';

/** @returns minutes at which memory was collected, while it is what `resident` says, minute by minute */
async function collections(resident: readonly number[], afterwards: number): Promise<number[]> {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  const collected: number[] = [];
  const minute = () => clock.now() / 60_000;
  const over = tidyMemory({
    clock,
    signal: stop.signal,
    resident: () => (collected.at(-1) === minute() ? afterwards : (resident[minute() - 1] ?? 0)),
    collect: () => collected.push(minute()),
  });
  for (let next = 1; next <= resident.length; next++) {
    clock.step(next * 60_000);
    await new Promise(setImmediate);
  }
  stop.abort();
  await over;
  return collected;
}

const MB = 1_000_000;

test.each([
  ['once after the start', [70, 60, 60, 61], 60, [1]],
  ['again when work has left something behind, and not for a little', [70, 62, 100, 60, 62], 60, [1, 3]],
  ['once when what is resident is in use', [100, 100, 100], 100, [1]],
] as const)('memory is collected %s', async (_, resident, afterwards, minutes) => {
  const bytes = resident.map((megabytes) => megabytes * MB);
  expect(await collections(bytes, afterwards * MB)).toEqual(minutes);
});

test('an engine that cannot be asked is left alone', async () => {
  const never = new AbortController().signal;
  const clock = new VirtualClock(0);
  await expect(tidyMemory({ clock, signal: never, resident: () => 1e9 })).resolves.toBeUndefined();
});
