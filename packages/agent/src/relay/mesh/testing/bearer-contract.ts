/** What every bearer of the mesh is held to, whatever carries it. */
import { wallClock } from '@tuesday/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { type MeshBearer, SEGMENT_LIMIT } from '../bearer.ts';

const clock = wallClock();

/** Two bearers that hear each other. */
export type MakePair = () => Promise<readonly [MeshBearer, MeshBearer]>;

export function bearerContract(name: string, makePair: MakePair): void {
  describe(`bearer: ${name}`, () => {
    const open: MeshBearer[] = [];
    afterEach(async () => {
      for (const bearer of open.splice(0)) await bearer.close();
    });
    async function pair() {
      const made = await makePair();
      open.push(...made);
      const heard: Uint8Array[] = [];
      made[1].onSegment((segment) => heard.push(segment));
      for (const bearer of made) await bearer.open();
      return { near: made[0], far: made[1], heard };
    }
    /** A bearer may lose anything: who wants to be heard says it again. */
    async function until(near: MeshBearer, segment: Uint8Array, holds: () => boolean): Promise<void> {
      while (!holds()) {
        near.send(segment);
        await clock.sleep(5);
      }
    }

    test('carries a segment of any bytes, unchanged, up to its limit', async () => {
      const { near, far, heard } = await pair();
      expect(near.limit).toBeGreaterThanOrEqual(25);
      expect(near.limit).toBeLessThanOrEqual(SEGMENT_LIMIT);
      const longest = Uint8Array.from({ length: far.limit }, (_, index) => 255 - index);
      await until(near, longest, () => heard.length > 0);
      expect(Buffer.from(heard[0] as Uint8Array).equals(longest)).toBe(true);
    });

    test('what the sender does to its bytes afterwards is not heard', async () => {
      const { near, heard } = await pair();
      const bytes = Uint8Array.from([1, 2, 3]);
      while (heard.length === 0) {
        near.send(bytes);
        bytes.fill(9);
        await clock.sleep(5);
        if (heard.length === 0) bytes.set([1, 2, 3]);
      }
      expect([...(heard[0] as Uint8Array)]).toEqual([1, 2, 3]);
    });

    test('a later listener takes the place of the one before', async () => {
      const { near, far, heard } = await pair();
      let later = 0;
      far.onSegment(() => (later += 1));
      await until(near, Uint8Array.from([7]), () => later > 0);
      expect(heard).toHaveLength(0);
    });

    test('sending into a closed bearer is silence, not a fault', async () => {
      const { near, far, heard } = await pair();
      await far.close();
      near.send(Uint8Array.from([1]));
      await near.close();
      near.send(Uint8Array.from([1]));
      await near.close();
      expect(heard).toHaveLength(0);
    });
  });
}
