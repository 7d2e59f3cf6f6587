import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { RelayBudget } from '../budget.ts';
import { Holdings } from '../holdings.ts';
import { MeshLink } from './mesh-link.ts';
import { packFiles, unpackFiles } from './pack.ts';
import { idOf, METADATA } from './pdu.ts';
import { seeded } from './testing/ether.ts';
import { MemoryBearer } from './testing/memory-bearer.ts';

const top = mkdtempSync(join(tmpdir(), 'mesh-'));
afterAll(() => rmSync(top, { recursive: true }));
const open: MeshLink[] = [];
afterEach(async () => {
  for (const link of open.splice(0)) await link.stop();
});

const bytes = Buffer.alloc(1_200, 'firmware over the air ');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const path = join(top, 'artifact');
writeFileSync(path, bytes);
const clock = wallClock();
const never = new AbortController().signal;

async function link(
  device: string,
  bearer: MemoryBearer,
  more: { has?: boolean; bytesPerDay?: number; neighbours?: number } = {},
) {
  const { bytesPerDay = 10_000_000, neighbours = 4 } = more;
  const holdings = new Holdings(
    { folder: join(top, 'trust'), pinnedRoot: '{}' },
    {
      content: async (slot) =>
        more.has === true && slot === 'a' ? { path, length: bytes.length, sha256 } : undefined,
    },
    async () => undefined,
  );
  const log: string[] = [];
  const budget = new RelayBudget(
    { bytesPerSecond: 1e9, bytesPerDay, neighbours, minBattery: 0 },
    async () => ({ mains: true, battery: undefined }),
    clock,
  );
  const made = new MeshLink({
    bearer,
    device,
    network: 3,
    hops: 4,
    segmentsPerSecond: 4_000,
    relayDelayMillis: 3,
    holdings,
    budget,
    carry: () => undefined,
    gives: true,
    clock,
    random: seeded(device.length),
    log: (event) => log.push(event),
  });
  await made.start();
  open.push(made);
  return { made, log, budget };
}

/** A chain of bearers, each in reach of the next. */
function chain(length: number, loss: number): MemoryBearer[] {
  const random = seeded(8);
  const bearers = Array.from({ length }, () => new MemoryBearer(() => random() < loss));
  bearers.forEach((bearer, index) => {
    const next = bearers[index + 1];
    if (next === undefined) return;
    bearer.inReach.add(next);
    next.inReach.add(bearer);
  });
  return bearers;
}

describe('an artifact over the mesh', () => {
  test('is found and fetched over two hops that lose every fifth', async () => {
    const [near, middle, far] = chain(3, 0.2) as [MemoryBearer, MemoryBearer, MemoryBearer];
    await link('near', near, { has: true });
    await link('middle', middle);
    const { made } = await link('far', far);
    let haves: Awaited<ReturnType<MeshLink['ask']>> = [];
    while (haves.length === 0) haves = await made.ask(idOf(sha256), 300, never);
    expect(haves).toMatchObject([{ length: bytes.length, id: idOf(sha256) }]);
    const assembly = await made.fetch(haves[0]!, never, () => undefined);
    expect(assembly.bytes().equals(bytes)).toBe(true);
  });

  test.each<[string, { bytesPerDay?: number; neighbours?: number }]>([
    ['no bytes left for today', { bytesPerDay: 0 }],
  ])('of a neighbour with %s is refused, and the neighbour says so', async (_, more) => {
    const [near, far] = chain(2, 0) as [MemoryBearer, MemoryBearer];
    const giver = await link('near', near, { has: true, ...more });
    const { made, log } = await link('far', far);
    expect(await made.ask(idOf(sha256), 300, never)).toEqual([]);
    expect(log).toContain('mesh-not-now');
    expect(giver.log).toContain('relay-refused');
  });

  test('counts against the bytes of the day, with its headers', async () => {
    const [near, far] = chain(2, 0) as [MemoryBearer, MemoryBearer];
    const giver = await link('near', near, { has: true });
    const { made } = await link('far', far);
    const [have] = await made.ask(idOf(sha256), 300, never);
    await made.fetch(have!, never, () => undefined);
    expect(giver.budget.givenToday).toBeGreaterThan(bytes.length * 2);
  });

  test('that nobody has is met with silence', async () => {
    const [near, far] = chain(2, 0) as [MemoryBearer, MemoryBearer];
    await link('near', near);
    const { made } = await link('far', far);
    expect(await made.ask(idOf('ab'.repeat(32)), 100, never)).toEqual([]);
    expect(await made.ask(METADATA, 100, never)).toEqual([]);
  });
});

describe('packed metadata', () => {
  const files = new Map([
    ['timestamp.json', Buffer.from('{"a":1}')],
    ['12.root.json', Buffer.alloc(2_000, 'x')],
  ]);

  test('comes back as it was, smaller on its way', () => {
    const packed = packFiles(files);
    expect(packed.length).toBeLessThan(200);
    expect(unpackFiles(packed)).toEqual(files);
  });

  test.each<[string, Buffer]>([
    ['bytes that are no pack', Buffer.from('hello')],
    ['a name that leads out of its folder', packFiles(new Map([['../../boot.json', Buffer.from('x')]]))],
    ['a pack that is cut off', packFiles(files).subarray(0, 30)],
    [
      'a small pack that grows without end',
      packFiles(new Map([['timestamp.json', Buffer.alloc(2_000_000)]])),
    ],
  ])('%s is dropped', (_, packed) => {
    expect(unpackFiles(packed)).toBeUndefined();
  });
});
