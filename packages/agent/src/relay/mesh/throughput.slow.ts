/** How long 64 KiB take over the mesh, in virtual time; the table of `docs/relay.md`. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { idOf } from './pdu.ts';
import { Ether, seeded } from './testing/ether.ts';

const FILE = Buffer.alloc(65_536, 'recovery image, small as they are here ');
const ID = idOf(createHash('sha256').update(FILE).digest('hex'));
/** Frames that a device sends a second. Each hop adds a device with a rate of its own; collisions are loss. */
const SEGMENTS_PER_SECOND = 40;

function secondsFor(hops: number, loss: number): { seconds: number; frames: number } {
  const ether = new Ether({ loss }, seeded(hops * 100 + loss * 10));
  const engines = Array.from({ length: hops + 1 }, (_, index) =>
    ether.add({ address: index + 1, hops: 4, relayDelayMillis: 30, segmentsPerSecond: SEGMENTS_PER_SECOND }),
  );
  for (let node = 1; node <= hops; node++) ether.link(node, node + 1);
  engines[0]?.giving.keep(ID, FILE, ether.now);
  const began = ether.now;
  const quietMillis = 250 + 4 * 30 + (1_000 * 3 * 32) / SEGMENTS_PER_SECOND;
  const terms = {
    id: ID,
    length: FILE.length,
    source: 1,
    quietMillis,
    overtakeMillis: 170,
    patienceMillis: 600_000,
  };
  const fetch = engines.at(-1)?.fetch(terms, began);
  ether.run(24 * 3_600_000, () => fetch?.state(ether.now) !== 'running');
  expect(fetch?.assembly.bytes().equals(FILE)).toBe(true);
  return { seconds: Math.round((ether.now - began) / 1_000), frames: ether.frames };
}

test('64 KiB arrive over one, two and three hops, whatever a device may lose, and loss costs time only', () => {
  const table = [0, 0.1, 0.3].map((loss) => [1, 2, 3].map((hops) => secondsFor(hops, loss)));
  for (const [index, row] of table.entries()) {
    const words = row.map(({ seconds, frames }) => `${seconds} s (${frames} frames)`);
    console.log(`loss ${[0, 10, 30][index]} % a hop: ${words.join(' | ')}`);
  }
  for (const hops of [0, 1, 2]) {
    expect(table[2]?.[hops]?.seconds).toBeGreaterThan(table[0]?.[hops]?.seconds ?? Infinity);
  }
});
