import { describe, expect, test } from 'vitest';
import { isCountedSource, judgeSizes } from './sizes.ts';

describe('the size budget', () => {
  test('a house of small files is within it', () => {
    expect(
      judgeSizes(
        new Map([
          ['a', 40],
          ['b', 90],
          ['c', 120],
        ]),
      ).problems,
    ).toEqual([]);
  });
  test('one file over 400 lines is named', () => {
    const many: Array<[string, number]> = Array.from({ length: 40 }, (_, i) => [`small-${i}`, 50]);
    expect(judgeSizes(new Map([...many, ['packages/x/src/big.ts', 401]])).problems.join()).toContain(
      'big.ts has 401',
    );
  });
  test('a median over 100 is said', () => {
    expect(
      judgeSizes(
        new Map([
          ['a', 150],
          ['b', 160],
          ['c', 170],
        ]),
      ).problems.join(),
    ).toContain('median');
  });
  test('tests do not count', () => {
    expect(isCountedSource('packages/x/src/a.test.ts')).toBe(false);
    expect(isCountedSource('packages/x/src/a.ts')).toBe(true);
  });
});
