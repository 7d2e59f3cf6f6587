import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Assembly } from './assembly.ts';
import { SEGMENT_LIMIT } from './bearer.ts';
import { allOf, BLOCK, blocksOf, segmentBytes, segmentsOf } from './blocks.ts';
import type { MeshFetch } from './fetch.ts';
import { MeshNetwork } from './network.ts';
import { decodePdu, encodePdu, handleOf, idOf, type Pdu, SEGMENT } from './pdu.ts';
import { Ether, seeded, type Weather } from './testing/ether.ts';

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const fileOf = (length: number, seed = 1) => {
  const random = seeded(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
};
const RATE = { segmentsPerSecond: 50, relayDelayMillis: 20, hops: 6 };

/** A file goes from 1 over `hops - 1` others to the last. */
function play(setup: {
  readonly file: Uint8Array;
  readonly hops: number;
  readonly weather: Weather;
  readonly seed?: number;
  readonly limitMillis?: number;
}): { fetch: MeshFetch; seconds: number; ether: Ether } {
  const ether = new Ether(setup.weather, seeded(setup.seed ?? 42));
  const last = setup.hops + 1;
  const id = idOf(digestOf(setup.file));
  const engines = Array.from({ length: last }, (_, index) => ether.add({ address: index + 1, ...RATE }));
  for (let node = 1; node < last; node++) ether.link(node, node + 1);
  engines[0]?.giving.keep(id, setup.file, ether.now);
  const began = ether.now;
  const quietMillis = 6_000;
  const fetch = engines
    .at(-1)!
    .fetch(
      { id, length: setup.file.length, source: 1, quietMillis, overtakeMillis: 400, patienceMillis: 600_000 },
      began,
    );
  ether.run(setup.limitMillis ?? 3_600_000, () => fetch.state(ether.now) !== 'running');
  return { fetch, seconds: (ether.now - began) / 1_000, ether };
}

describe('segments', () => {
  test('fit an advertising bearer, with every header', () => {
    const network = new MeshNetwork({ address: 1, network: 2, hops: 4, random: seeded(1) });
    for (const pdu of everyPdu)
      expect(network.wrap(encodePdu(pdu)).length).toBeLessThanOrEqual(SEGMENT_LIMIT);
  });

  test('put together are the file, in any order', () => {
    let files = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 * BLOCK + 7 }), fc.integer(), (length, seed) => {
        const file = fileOf(length, seed);
        const assembly = new Assembly(length);
        const all = [...Array(blocksOf(length)).keys()].flatMap((block) =>
          [...Array(segmentsOf(length, block)).keys()].map((segment) => [block, segment] as const),
        );
        const random = seeded(seed);
        const shuffled = all.map((one) => ({ one, by: random() })).sort((a, b) => a.by - b.by);
        for (const {
          one: [block, segment],
        } of shuffled) {
          const bytes = segmentBytes(file, block, segment);
          expect(bytes.length).toBeLessThanOrEqual(SEGMENT);
          expect(assembly.take(block, segment, bytes)).toBe(true);
          expect(assembly.take(block, segment, bytes), 'twice').toBe(false);
        }
        expect(assembly.bytes()).toEqual(Buffer.from(file));
        files += 1;
      }),
      { numRuns: 60 },
    );
    expect(files).toBeGreaterThanOrEqual(60);
  });

  test('that were damaged make the block begin again, and no other', () => {
    const file = fileOf(2 * BLOCK);
    const assembly = new Assembly(file.length);
    for (let segment = 0; segment < 32; segment++) assembly.take(1, segment, segmentBytes(file, 1, segment));
    for (let segment = 0; segment < 32; segment++) {
      const bytes = Buffer.from(segmentBytes(file, 0, segment));
      if (segment === 9) bytes[3] = (bytes[3] ?? 0) ^ 1;
      assembly.take(0, segment, bytes);
    }
    expect(assembly.noise).toBe(1);
    expect(assembly.missing(0)).toBe(allOf(32));
    expect(assembly.missing(1)).toBe(0);
  });

  test.each<[string, number, number, number]>([
    ['of a block that is not there', 9, 0, 12],
    ['behind the end of the block', 1, 2, 12],
    ['too short', 0, 0, 11],
    ['too long', 0, 0, 13],
  ])('%s are not taken', (_, block, segment, length) => {
    expect(new Assembly(BLOCK + 10).take(block, segment, new Uint8Array(length))).toBe(false);
  });
});

const everyPdu: readonly Pdu[] = [
  { is: 'data', handle: 0x7ff, block: 0x1fff, segment: 31, bytes: Buffer.alloc(12, 255) },
  { is: 'data', handle: 0, block: 0, segment: 0, bytes: Buffer.from([1]) },
  { is: 'ask', id: 'f'.repeat(16) },
  { is: 'have', to: 0xff_ffff, id: '0123456789abcdef', length: 0xff_ffff, rank: 255 },
  { is: 'want', to: 1, id: 'ffffffff', block: 8_191, missing: 0xffff_ffff, more: 255 },
  { is: 'not-now', to: 1, id: '00000000', seconds: 65_535 },
];

describe('words', () => {
  test('come back as they were said', () => {
    for (const pdu of everyPdu) expect(decodePdu(encodePdu(pdu))).toEqual(pdu);
  });

  test('of any bytes are understood or dropped, never a fault', () => {
    let understood = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        if (decodePdu(bytes) !== undefined) understood += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(understood).toBeGreaterThan(50);
  });
});

describe('flooding', () => {
  const node = (address: number, hops = 4, network = 1) =>
    new MeshNetwork({ address, network, hops, random: seeded(address) });

  test('hears a frame once, however often it comes', () => {
    const frame = node(1).wrap(Buffer.from([1, 2]));
    const hears = node(2);
    expect(hears.hear(frame)?.source).toBe(1);
    expect(hears.hear(frame)).toBeUndefined();
  });

  test('ends where the hops end', () => {
    let frame: Uint8Array | undefined = node(1, 3).wrap(Buffer.from([1]));
    let heard = 0;
    for (let address = 2; frame !== undefined && address < 20; address++) {
      frame = node(address).hear(frame)?.onward;
      heard += 1;
    }
    expect(heard).toBe(3);
  });

  test.each<[string, Uint8Array]>([
    ['of another network', node(1, 4, 9).wrap(Buffer.from([1]))],
    ['of its own', node(2).wrap(Buffer.from([1]))],
    ['without hops', Buffer.from([0x20, 0, 1, 0, 0, 1, 0, 0, 1, 7])],
    ['of another version', Buffer.from([0x44, 0, 1, 0, 0, 1, 0, 0, 1, 7])],
    ['without anything in it', Buffer.from([0x24, 0, 1, 0, 0, 1, 0, 0, 1])],
    ['that is too long', Buffer.alloc(40, 0x24)],
  ])('drops a frame %s', (_, frame) => {
    expect(node(2).hear(frame)).toBeUndefined();
  });
});

test('whatever the weather, a fetch ends with the right bytes or none', () => {
  const reached = { right: 0, none: 0, noise: 0 };
  const weather = fc.record({
    loss: fc.double({ min: 0, max: 0.5, noNaN: true }),
    twice: fc.double({ min: 0, max: 0.5, noNaN: true }),
    damage: fc.double({ min: 0, max: 0.02, noNaN: true }),
    delayMillis: fc.integer({ min: 1, max: 400 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 1, max: 3 }),
      weather,
      fc.integer(),
      (length, hops, weather, seed) => {
        const file = fileOf(length, seed);
        const { fetch, ether } = play({ file, hops, weather, seed, limitMillis: 1_200_000 });
        reached.noise += fetch.assembly.noise;
        if (fetch.state(ether.now) !== 'done') {
          reached.none += 1;
          return;
        }
        expect(digestOf(fetch.assembly.bytes())).toBe(digestOf(file));
        reached.right += 1;
      },
    ),
    { numRuns: 300 },
  );
  console.log('mesh, any weather:', reached);
  expect(reached.right).toBeGreaterThan(100);
  expect(reached.noise).toBeGreaterThan(5);
});

test('a source that falls silent is given up, and another goes on from there', () => {
  const file = fileOf(8 * BLOCK);
  const id = idOf(digestOf(file));
  const ether = new Ether({ loss: 0.1 }, seeded(3));
  const [first, second, far] = [1, 2, 3].map((address) => ether.add({ address, ...RATE }));
  for (const near of [1, 2]) ether.link(near, 3);
  for (const engine of [first, second]) engine?.giving.keep(id, file, ether.now);
  const terms = { id, length: file.length, quietMillis: 3_000, overtakeMillis: 200, patienceMillis: 30_000 };
  const one = far!.fetch({ ...terms, source: 1 }, ether.now);
  ether.run(60_000, () => one.assembly.percent > 40);
  ether.unlink(1, 3);
  ether.run(120_000, () => one.state(ether.now) !== 'running');
  expect(one.state(ether.now)).toBe('silent');
  const before = one.assembly.percent;
  const two = far!.fetch({ ...terms, source: 2, assembly: one.assembly }, ether.now);
  ether.run(120_000, () => two.state(ether.now) !== 'running');
  expect(before).toBeGreaterThan(40);
  expect(digestOf(two.assembly.bytes())).toBe(digestOf(file));
});

test('segments of somebody who was not asked are not taken, whatever they say', () => {
  const file = fileOf(2 * BLOCK);
  const id = idOf(digestOf(file));
  const ether = new Ether({ loss: 0 }, seeded(5));
  const [source, far] = [1, 2].map((address) => ether.add({ address, ...RATE }));
  ether.link(1, 2);
  source?.giving.keep(id, file, ether.now);
  const liar = new MeshNetwork({ address: 9, network: 7, hops: 4, random: seeded(9) });
  const fetch = far!.fetch(
    { id, length: file.length, source: 1, quietMillis: 3_000, overtakeMillis: 200, patienceMillis: 60_000 },
    ether.now,
  );
  for (let segment = 0; segment < 32; segment++) {
    const lie: Pdu = { is: 'data', handle: handleOf(id), block: 0, segment, bytes: Buffer.alloc(12, 0xbb) };
    ether.shout(2, liar.wrap(encodePdu(lie)));
  }
  ether.run(60_000, () => fetch.state(ether.now) !== 'running');
  expect(fetch.assembly.noise).toBe(0);
  expect(digestOf(fetch.assembly.bytes())).toBe(digestOf(file));
});
