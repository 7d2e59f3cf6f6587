import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../files.ts';
import { LONGEST, longestFirst } from './longest-first.ts';

describe('the long files come first', () => {
  test('in the order of the table, and the others stay as they were', () => {
    const [first, second] = LONGEST;
    const files = ['/w/b.test.ts', `/w/${second}`, '/w/a.test.ts', `/w/${first}`];
    expect(longestFirst(files, (file) => file)).toEqual([
      `/w/${first}`,
      `/w/${second}`,
      '/w/b.test.ts',
      '/w/a.test.ts',
    ]);
  });

  test.each(LONGEST)('%s is there, once', (path) => {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(LONGEST.filter((one) => one === path)).toHaveLength(1);
  });
});
