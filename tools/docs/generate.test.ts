import { expect, test } from 'vitest';
import { fill } from './generate.ts';

test('only what stands between the markers is replaced', () => {
  expect(fill('a\n<!-- x -->\nold\n<!-- /x -->\nb', 'x', 'new')).toBe('a\n<!-- x -->\nnew\n<!-- /x -->\nb');
});

test('missing markers are an error, not a silent skip', () => {
  expect(() => fill('a', 'x', 'new')).toThrow(/markers/);
});
