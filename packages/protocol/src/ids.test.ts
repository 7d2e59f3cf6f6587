import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromMillis, toMillis } from './duration.ts';
import { compareVersions, deviceIdSchema } from './ids.ts';

describe('versions', () => {
  const rising = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.9.0',
    '1.10.0',
    '2.0.0',
  ];

  test('sort as semantic versioning 2.0.0 clause 11 says', () => {
    for (const [i, left] of rising.entries()) {
      for (const [j, right] of rising.entries()) {
        expect(Math.sign(compareVersions(left, right)), `${left} ? ${right}`).toBe(Math.sign(i - j));
      }
    }
  });

  test('compare antisymmetrically', () => {
    const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(
        version,
        version,
        (a, b) => Math.sign(compareVersions(a, b)) === -Math.sign(compareVersions(b, a)),
      ),
    );
  });
});

describe('durations', () => {
  test('survive the way to milliseconds and back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999 }),
        (seconds) => toMillis(fromMillis(seconds * 1_000)) === seconds * 1_000,
      ),
    );
  });
  test.each([
    ['90s', 90_000],
    ['45m', 2_700_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s is %i ms', (text, millis) => {
    expect(toMillis(text)).toBe(millis);
  });
});

describe('a device id', () => {
  test.each(['a/b', '', '../x', 'a b', '-a', 'a'.repeat(65), 'ü', 'a+b', 'a#'])('is never %j', (id) => {
    expect(deviceIdSchema.safeParse(id).success).toBe(false);
  });
});
