import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlOf, evidenceOf } from './evidence.ts';

const count = fc.nat(1_000);
const counts = fc.record({
  waiting: count,
  'waiting-silent': count,
  installed: count,
  proven: count,
  failed: count,
  'rolled-back': count,
  silent: count,
});

test('an offered device is in exactly one count, and is never control as well', () => {
  fc.assert(
    fc.property(counts, (given) => {
      const total = Object.values(given).reduce((sum, devices) => sum + devices, 0);
      const { offered, ...parts } = evidenceOf(given, true);
      expect(offered).toBe(total);
      expect(Object.values(parts).reduce((sum, devices) => sum + devices, 0)).toBe(total);
      expect(controlOf(given, true)).toEqual({ devices: 0, silent: 0 });
      expect(evidenceOf(given, false).offered).toBe(0);
      expect(controlOf(given, false).devices).toBe(given.waiting + given['waiting-silent']);
    }),
  );
});
