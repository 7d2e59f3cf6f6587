import { expect, test } from 'vitest';
import { DEVICE } from '../testing/device-story.ts';
import { chipsOf, slotWords } from './standing-words.ts';

test('everything that matters about a device is a chip, what is wrong first', () => {
  const words = (change: Partial<typeof DEVICE>) => chipsOf({ ...DEVICE, ...change }).map((one) => one.words);
  expect(words({ held: true })).toEqual(['unhealthy: mqtt fails', '0x45', 'held']);
  expect(words({ report: null })).toEqual(['never reported']);
  const offer = { kind: 'recall' as const, version: '3.2.4', because: 'x', againAt: null };
  expect(words({ offer }).at(-1)).toBe('is sent back to 3.2.4');
});

test.each([
  [{ state: 'confirmed' as const, version: '1.0.0' }, true, /boots it by itself/],
  [{ state: 'confirmed' as const, version: '1.0.0' }, false, /can go back to it/],
  [{ state: 'trying' as const, version: '1.0.0' }, true, /Boot 2 of 3/],
  [{ state: 'bad' as const }, false, /nothing boots from it/],
  [{ state: 'empty' as const }, false, /Nothing is in it/],
])('a slot says what it is good for: %j', (slot, isActive, expected) => {
  expect(slotWords(slot, isActive, 2)).toMatch(expected);
});
