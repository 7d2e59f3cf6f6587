import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, integer, nat, property } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../testing/database.ts';
import { handClock } from '../../testing/fleet.ts';
import { countAttempt, forgetAttempts, forgiveAttempt } from './count.ts';
import { addressKey, nameKey, networkOf } from './key.ts';
import { lockMinutes } from './lock.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'tuesday-attempts-'));
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(dataFolder, { recursive: true });
});

describe('the network of an address', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ])('%s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('the lock', () => {
  test('is nothing before the free failures are used, then 1, 2, 4 … 60 minutes', () => {
    expect([1, 4, 5, 6, 7, 8, 9, 10, 11, 99].map((failures) => lockMinutes(failures, 5))).toEqual([
      0, 0, 1, 2, 4, 8, 16, 32, 60, 60,
    ]);
  });

  test('never gets shorter by another failure, and never longer than an hour', () => {
    let locked = 0;
    assert(
      property(nat(100_000), integer({ min: 1, max: 50 }), (failures, free) => {
        const minutes = lockMinutes(failures, free);
        if (minutes > 0) locked++;
        expect(minutes).toBeLessThanOrEqual(60);
        expect(lockMinutes(failures + 1, free)).toBeGreaterThanOrEqual(minutes);
      }),
    );
    expect(locked).toBeGreaterThan(50);
  });
});

describe('what is counted', () => {
  test('tells nobody which name it was', async () => {
    await countAttempt(database.db, handClock(), [nameKey({ dataFolder }, 'alice')]);
    const { rows } = await database.pool.query('SELECT * FROM installation.attempts');
    expect(rows.length).toBe(1);
    expect(JSON.stringify(rows)).not.toContain('alice');
  });

  test('is forgotten after a day, in real time', async () => {
    for (const rate of [1, 240]) {
      const clock = { ...handClock(), rate };
      const key = nameKey({ dataFolder }, `bob-${rate}`);
      for (let i = 0; i < 5; i++) await countAttempt(database.db, clock, [key]);
      expect(await countAttempt(database.db, clock, [key])).toHaveProperty('refused');
      clock.time += 60_000 * rate - 1;
      expect(await countAttempt(database.db, clock, [key])).toMatchObject({
        refused: { because: 'there were too many wrong attempts; the next one counts in 1 minute' },
      });
      clock.time += 1;
      expect(await countAttempt(database.db, clock, [key])).toEqual({ counted: true });
      clock.time += 24 * 3_600_000 * rate + 1;
      for (let i = 0; i < 5; i++)
        expect(await countAttempt(database.db, clock, [key])).toEqual({ counted: true });
      clock.time += 24 * 3_600_000 * rate + 1;
      await forgetAttempts(database.db, clock);
      const { rows } = await database.pool.query('SELECT FROM installation.attempts');
      expect(rows.length).toBe(0);
    }
  });

  test('locks no longer than an hour, however far the clock is moved back', async () => {
    const clock = handClock();
    const key = nameKey({ dataFolder }, 'carol');
    for (let i = 0; i < 5; i++) await countAttempt(database.db, clock, [key]);
    clock.time -= 365 * 86_400_000;
    expect(await countAttempt(database.db, clock, [key])).toEqual({ counted: true });
  });

  test('against two keys from many at the same time never waits for itself, and loses nothing', async () => {
    const clock = handClock();
    const address = addressKey({ dataFolder }, '192.0.2.9');
    const names = ['x', 'y', 'z'].map((name) => nameKey({ dataFolder }, name));
    const attempts = Array.from({ length: 15 }, (_, i) => {
      const name = names[i % 3]!;
      const keys = i % 2 === 0 ? [name, address] : [address, name];
      return database.db.transaction().execute((trx) => countAttempt(trx, clock, keys));
    });
    const done = await Promise.all(attempts);
    expect(done.every((one) => 'counted' in one)).toBe(true);
    await Promise.all(
      names.map((name) =>
        database.db
          .transaction()
          .execute((trx) => forgiveAttempt(trx, clock, { reset: [name], undo: [address] })),
      ),
    );
    const { rows } = await database.pool.query<{ failures: number }>(
      'SELECT failures FROM installation.attempts WHERE key = ANY ($1) ORDER BY failures',
      [[address, ...names].map(({ key }) => key)],
    );
    expect(rows.map(({ failures }) => failures)).toEqual([0, 0, 0, 12]);
  });
});
