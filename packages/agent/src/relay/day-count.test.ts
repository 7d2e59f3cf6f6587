import type { Clock } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PretendDisk } from '../testing/disk/pretend-disk.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { type NotNow, type Place, RelayBudget } from './budget.ts';
import { DayCount } from './day-count.ts';

const DAY = 86_400_000;
const NOW = 1_795_598_400_000;
const FILE = '/device/relay/budget.json';
const PER_DAY = 3_200;
const STEP = PER_DAY / 32;
const mains = async () => ({ mains: true, battery: undefined });

function world() {
  const disk = new PretendDisk();
  let now = NOW;
  const clock: Clock = { rate: 1, now: () => now, sleep: () => Promise.resolve() };
  const count = () => new DayCount({ bytesPerDay: PER_DAY, clock, file: FILE, disk });
  return { disk, clock, count, pass: (millis: number) => (now += millis) };
}

async function opened(count: DayCount): Promise<DayCount> {
  await count.open();
  return count;
}

async function give(count: DayCount, bytes: number): Promise<void> {
  count.count(bytes);
  await count.setAside(0);
}

describe('the bytes of a day', () => {
  test('are remembered by the next process, with what was set aside', async () => {
    const { count } = world();
    await give(await opened(count()), 500);
    expect((await opened(count())).given).toBe(500 + STEP);
  });

  test('that were set aside are free again after an end in good order', async () => {
    const { count } = world();
    const first = await opened(count());
    await give(first, 500);
    await first.close();
    expect((await opened(count())).given).toBe(500);
  });

  test('cost a bounded number of writes, however small the pieces are', async () => {
    const { count, disk } = world();
    const one = await opened(count());
    await give(one, 1);
    const each = disk.writes;
    for (let given = 1; given < PER_DAY; given++) await give(one, 1);
    expect(disk.writes / each).toBeLessThan(40);
  });

  test.each<[string, string]>([
    ['torn', '{"budget":1,"from":17955'],
    ['altered', JSON.stringify({ budget: 1, from: NOW, bytes: 0, sha256: '0'.repeat(64) })],
    ['of another kind', '[]'],
  ])('count as used up when the record is %s, until a day has passed', async (_, text) => {
    const { count, disk, pass } = world();
    disk.plant(FILE, Buffer.from(text));
    expect((await opened(count())).given).toBe(PER_DAY);
    pass(DAY - 1);
    const next = await opened(count());
    expect(next.given).toBe(PER_DAY);
    pass(1);
    expect(next.given).toBe(0);
  });

  test('are not given again by a device whose clock begins anew at each start', async () => {
    const { count, pass } = world();
    await give(await opened(count()), 500);
    pass(-NOW);
    const again = await opened(count());
    expect(again.given).toBe(500 + STEP);
    pass(NOW + 60_000);
    expect(again.given).toBe(500 + STEP);
  });

  test('do not leave while the disk takes no writes, and the neighbour hears why', async () => {
    const { clock, disk } = world();
    const terms = { bytesPerSecond: 1_000, bytesPerDay: PER_DAY, neighbours: 2, minBattery: 50 };
    const budget = new RelayBudget(terms, mains, clock, { file: FILE, disk });
    disk.fail('EROFS', 1);
    const refused = (await budget.takePlace('n', 100)) as NotNow;
    expect(refused.refused.because).toContain('cannot write down');
    expect(await budget.take(100)).toHaveProperty('refused');
    expect(await budget.mayGive(100)).toHaveProperty('refused');
    disk.mend();
    expect(await budget.takePlace('n', 100)).not.toHaveProperty('refused');
  });
});

test('over any lives that end without a warning, no more leaves in a day than was set', async () => {
  const reached = { lives: 0, refused: 0, most: 0 };
  const act = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ is: fc.constant('place' as const), bytes: fc.nat(400), share: fc.nat(4) }),
    },
    { weight: 3, arbitrary: fc.record({ is: fc.constant('take' as const), bytes: fc.nat(200) }) },
    {
      weight: 3,
      arbitrary: fc.record({ is: fc.constant('mesh' as const), bytes: fc.integer({ min: 1, max: 9 }) }),
    },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('cut' as const) }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('back' as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60, size: 'max' }), async (acts) => {
      const disk = new PretendDisk();
      const clock = new VirtualClock(NOW);
      let behind = 0;
      const seen: Clock = { rate: 1, now: () => clock.now() - behind, sleep: () => Promise.resolve() };
      const terms = { bytesPerSecond: 1_000, bytesPerDay: PER_DAY, neighbours: 9, minBattery: 50 };
      const start = () => new RelayBudget(terms, mains, seen, { file: FILE, disk });
      let budget = start();
      let left = 0;
      for (const one of acts) {
        if (one.is === 'cut') {
          reached.lives += 1;
          budget = start();
        } else if (one.is === 'back') behind += 10 * DAY;
        else if (one.is === 'take') {
          const wait = await budget.take(one.bytes);
          if (typeof wait === 'number') left += one.bytes;
          else reached.refused += 1;
        } else if (one.is === 'mesh') {
          if ((await budget.mayGive(25, one.bytes * 25)) === undefined) {
            for (let frame = 0; frame < one.bytes; frame++) {
              // The link looks before it queues a frame.
              if (budget.givenToday + 25 > PER_DAY) break;
              budget.spend(25);
              left += 25;
            }
          }
        } else {
          const place = await budget.takePlace('n', one.bytes);
          if ('refused' in place) reached.refused += 1;
          else left += pieces(place, one.bytes, one.share);
        }
        expect(left).toBeLessThanOrEqual(PER_DAY);
      }
      reached.most = Math.max(reached.most, left);
    }),
    { numRuns: 200 },
  );
  console.log('relay budget:', reached);
  expect(reached.lives).toBeGreaterThan(500);
  expect(reached.refused).toBeGreaterThan(200);
  expect(reached.most).toBeGreaterThan(PER_DAY / 2);
});

/** A neighbour that goes away after a share of its bytes, in quarters. @returns bytes that left */
function pieces(place: Place, bytes: number, share: number): number {
  using _ = place;
  const sent = Math.floor((bytes * share) / 4);
  place.pace(sent);
  return sent;
}
