/** What every bearer of the mesh is held to, whatever carries it: [sentence, what must be so]. */
import { wallClock } from '@tuesday/protocol';
import { expect } from 'vitest';
import { type MeshBearer, SEGMENT_LIMIT } from '../bearer.ts';

/** Two bearers that are open and hear each other, and what the second has heard. */
export interface Pair {
  readonly near: MeshBearer;
  readonly far: MeshBearer;
  readonly heard: readonly Uint8Array[];
}

const clock = wallClock();

/** A bearer may lose anything: who wants to be heard says it again. */
async function sayUntil(say: () => void, holds: () => boolean): Promise<void> {
  while (!holds()) {
    say();
    await clock.sleep(5);
  }
}

export const BEARER_CONTRACT: readonly [string, (pair: Pair) => Promise<void>][] = [
  [
    'carries a segment of any bytes, unchanged, up to its limit',
    async ({ near, far, heard }) => {
      expect(near.limit).toBeGreaterThanOrEqual(25);
      expect(near.limit).toBeLessThanOrEqual(SEGMENT_LIMIT);
      const longest = Uint8Array.from({ length: far.limit }, (_, index) => 255 - index);
      await sayUntil(
        () => near.send(longest),
        () => heard.length > 0,
      );
      expect(Buffer.from(heard[0] as Uint8Array).equals(longest)).toBe(true);
    },
  ],
  [
    'carries what was said, whatever the sender does to its bytes afterwards',
    async ({ near, heard }) => {
      const bytes = new Uint8Array(3);
      await sayUntil(
        () => {
          bytes.set([1, 2, 3]);
          near.send(bytes);
          bytes.fill(9);
        },
        () => heard.length > 0,
      );
      expect([...(heard[0] as Uint8Array)]).toEqual([1, 2, 3]);
    },
  ],
  [
    'tells a later listener in place of the one before',
    async ({ near, far, heard }) => {
      let later = 0;
      far.onSegment(() => (later += 1));
      await sayUntil(
        () => near.send(Uint8Array.from([7])),
        () => later > 0,
      );
      expect(heard).toHaveLength(0);
    },
  ],
  [
    'is silent when it is closed, however often, and makes no fault of it',
    async ({ near, far, heard }) => {
      await far.close();
      near.send(Uint8Array.from([1]));
      await near.close();
      near.send(Uint8Array.from([1]));
      await near.close();
      expect(heard).toHaveLength(0);
    },
  ],
];
