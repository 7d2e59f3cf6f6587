import { constants, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readFrameHead } from './frame.ts';

const { ZSTD_c_windowLog, ZSTD_c_contentSizeFlag } = constants;

test.each<[number, Record<number, number>]>([
  [1, {}],
  [200, {}],
  [70_000, {}],
  [300_000, { [ZSTD_c_windowLog]: 17 }],
  [300_000, { [ZSTD_c_windowLog]: 19 }],
])('the head of a frame of %i bytes says so, and how much history it wants', (size, params) => {
  const head = readFrameHead(zstdCompressSync(Buffer.alloc(size, 'x'), { params }));
  expect(head?.contentSize).toBe(size);
  expect(head?.windowSize).toBeLessThanOrEqual(
    params[ZSTD_c_windowLog] === 17 ? 131_072 : Math.max(size, 1_024),
  );
});

test('a frame that hides its size says only what history it wants', () => {
  const params = { [ZSTD_c_contentSizeFlag]: 0, [ZSTD_c_windowLog]: 20 };
  expect(readFrameHead(zstdCompressSync(Buffer.alloc(5_000_000), { params }))).toEqual({
    contentSize: undefined,
    windowSize: 1_048_576,
  });
});

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['a page', Buffer.from('<html></html>')],
  ['a skippable frame', Buffer.from('502a4d18040000000000', 'hex')],
  ['a frame for a dictionary with an id', Buffer.from('28b52ffd2507aa0000000000', 'hex')],
  ['a frame with the reserved bit', Buffer.from('28b52ffd280000000000', 'hex')],
])('%s is no head', (_, bytes) => {
  expect(readFrameHead(bytes)).toBeUndefined();
});
