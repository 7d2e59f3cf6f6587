import { expect, test } from 'vitest';
import { LOOPS } from './all-loops.ts';
import { playLoop } from './play-loop.ts';

const named = LOOPS.map((loop) => [loop.name, loop] as const);

test.each(named)('%s, at every cut point', async (_, loop) => {
  const report = await playLoop(loop);
  expect(report.wrong).toEqual([]);
  expect(report).toMatchObject({
    tried: report.cutPoints,
    bootable: report.cutPoints,
    onKnownVersion: report.cutPoints,
    truthfulReport: report.cutPoints,
  });
});

/** Writes of the second life after which the power goes again. */
const SECOND = [1, 2, 5, 8, 13, 21, 34];

test.each(named)('%s, although the power goes a second time soon after', async (_, loop) => {
  let twice = 0;
  for (const after of SECOND) {
    for (const kind of ['cut', 'torn', 'kept'] as const) {
      const report = await playLoop(
        {
          ...loop,
          run(world, disk) {
            if (disk.cuts === 1) disk.cutPower(disk.writes + after, kind);
            if (disk.cuts === 2) twice += 1;
            return loop.run(world, disk);
          },
        },
        20,
      );
      expect(report.wrong, `${kind} ${after} writes after the first`).toEqual([]);
    }
  }
  expect(twice).toBeGreaterThan(100);
});
