import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices } from '../testing/fleet.ts';
import { ReconnectSpread, spreadSeconds } from './reconnect-spread.ts';

describe('the spread of a fleet', () => {
  test.each<[sentence: string, devices: number, perSecond: number, expected: number]>([
    ['nobody needs none', 0, 100, 0],
    ['as many as may come in a second need none', 100, 100, 0],
    ['10,000 at 100 a second', 10_000, 100, 220],
    ['a million at 1,000 a second', 1_000_000, 1_000, 1_300],
    ['more than a day is a day', 10_000_000, 10, 86_400],
  ])('%s', (_, devices, perSecond, expected) => {
    expect(spreadSeconds(devices, perSecond)).toBe(expected);
  });

  test('is never below what the rate alone would need, and approaches it with the rate', () => {
    for (const perSecond of [200, 1_000, 10_000, 100_000]) {
      const seconds = spreadSeconds(2_000_000, perSecond);
      expect(seconds).toBeGreaterThan(2_000_000 / perSecond);
    }
    expect(spreadSeconds(50_000_000, 100_000)).toBeLessThan(1.1 * 500);
  });
});

describe('of the fleet in the database', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  test('it follows the fleet, and says when it changed', async () => {
    let changes = 0;
    const spread = new ReconnectSpread(database.pool, 10, () => (changes += 1));
    await spread.look();
    expect([spread.seconds, changes]).toEqual([undefined, 0]);
    await enrolDevices(database.pool, 300);
    await spread.look();
    const expected = spreadSeconds(300, 10);
    expect(expected).toBeGreaterThan(5);
    expect([spread.seconds, changes]).toEqual([expected, 1]);
    await spread.look();
    expect(changes).toBe(1);
  });
});
