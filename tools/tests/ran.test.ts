import { describe, expect, test } from 'vitest';
import { notRun } from './ran.ts';

const body = `import { test } from 'vitest';\ntest('x', () => {});\n`;

describe('the register of tests', () => {
  test('names a test file that no runner ran', () => {
    expect(notRun([{ path: 'packages/x/src/a.test.ts', text: body }], new Set())).toHaveLength(1);
  });
  test('names tests in a file that no runner looks for', () => {
    expect(notRun([{ path: 'packages/x/src/a.spec.ts', text: body }], new Set()).join()).toContain(
      'not named',
    );
  });
  test('is content when all ran', () => {
    expect(notRun([{ path: 'a.test.ts', text: body }], new Set(['a.test.ts']))).toEqual([]);
  });
});
