import { expect, test } from 'vitest';
import { LOOPS } from './all-loops.ts';
import { playLoop } from './play-loop.ts';

test.each(LOOPS.map((loop) => [loop.name, loop] as const))('%s, at every cut point', async (_, loop) => {
  const report = await playLoop(loop);
  expect(report.wrong).toEqual([]);
  expect(report).toMatchObject({
    tried: report.cutPoints,
    bootable: report.cutPoints,
    onKnownVersion: report.cutPoints,
    truthfulReport: report.cutPoints,
  });
});
