import { amongNeighboursSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { Hearings } from './hearings.ts';

const HOUR = 3_600_000;

test('who was heard within the hour is named once, in order; who calls out no id is counted', () => {
  const clock = new VirtualClock(0);
  const hearings = new Hearings(clock, 'own');
  for (const device of ['d2', 'd1', 'd2', 'own']) hearings.hear('10.0.0.1', device);
  hearings.hear('10.0.0.9', undefined);
  hearings.hear('10.0.0.9', undefined);
  expect(hearings.heard()).toEqual({ heard: ['d1', 'd2'], others: 1 });
  clock.step(HOUR / 2);
  hearings.hear('10.0.0.1', 'd1');
  clock.step(HOUR + 1);
  expect(hearings.heard()).toEqual({ heard: ['d1'], others: 0 });
});

test('a crowd stays within what a check-in may say, and the newest are named', () => {
  let crowds = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(400)), { maxLength: 600, size: 'max' }), (calls) => {
      const hearings = new Hearings(new VirtualClock(0), 'own');
      for (const [named, number] of calls)
        hearings.hear(`10.0.0.${number}`, named ? `d${number}` : undefined);
      const said = hearings.heard();
      expect(amongNeighboursSchema.safeParse({ gives: true, ...said }).success).toBe(true);
      const last = calls.findLast(([named]) => named);
      if (last) expect(said.heard).toContain(`d${last[1]}`);
      if (said.heard.length === 16) crowds += 1;
    }),
  );
  expect(crowds).toBeGreaterThan(5);
});
