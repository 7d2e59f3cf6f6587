import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, type Clock } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type NotNow, type Place, RelayBudget } from './budget.ts';
import { type Power, powerOf } from './power.ts';

const DAY = 86_400_000;
const MAINS: Power = { mains: true, battery: undefined };
const terms = { bytesPerSecond: 1_000, bytesPerDay: 10_000, neighbours: 2, minBattery: 50 };

function budget(power: Power = MAINS, change: Partial<typeof terms> = {}) {
  let now = 1_000_000;
  const clock: Clock = { ...clockOf({ origin: 0, at: 0, rate: 1 }), now: () => now };
  const made = new RelayBudget({ ...terms, ...change }, async () => power, clock);
  return { budget: made, pass: (millis: number) => (now += millis) };
}
const because = (got: Place | NotNow | undefined) =>
  got !== undefined && 'refused' in got ? got.refused.because : '';

describe('power', () => {
  test.each<[string, Power, boolean]>([
    ['on mains, with an empty battery', { mains: true, battery: 0 }, true],
    ['on mains, without a battery', MAINS, true],
    ['on a battery at the limit', { mains: false, battery: 50 }, true],
    ['on a battery below it', { mains: false, battery: 49 }, false],
    ['on a battery that says nothing', { mains: false, battery: undefined }, false],
  ])('%s it gives: %o %s', async (_, power, gives) => {
    const notNow = await budget(power).budget.mayGive(1);
    expect(notNow === undefined).toBe(gives);
  });

  const top = mkdtempSync(join(tmpdir(), 'power-'));
  afterAll(() => rmSync(top, { recursive: true }));
  const supplies = (files: Record<string, Record<string, string>>) => {
    const folder = mkdtempSync(join(top, 'supplies-'));
    for (const [name, values] of Object.entries(files)) {
      mkdirSync(join(folder, name));
      for (const [file, text] of Object.entries(values)) writeFileSync(join(folder, name, file), `${text}\n`);
    }
    return folder;
  };
  test.each<[string, Record<string, Record<string, string>>, Power]>([
    ['a gateway without any supply', {}, MAINS],
    [
      'a laptop on mains',
      { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', capacity: '80' } },
      { mains: true, battery: 80 },
    ],
    [
      'a laptop on its battery',
      { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', capacity: '31' } },
      { mains: false, battery: 31 },
    ],
    [
      'a sensor with a battery alone',
      { bat: { type: 'Battery', capacity: '7' } },
      { mains: false, battery: 7 },
    ],
    [
      'a battery that does not say how full it is',
      { bat: { type: 'Battery' } },
      { mains: false, battery: 0 },
    ],
    [
      'two batteries',
      { a: { type: 'Battery', capacity: '7' }, b: { type: 'Battery', capacity: '70' } },
      { mains: false, battery: 70 },
    ],
  ])('%s is read from its files', async (_, files, power) => {
    expect(await powerOf(supplies(files))()).toEqual(power);
  });

  test('a machine without such a folder runs on mains', async () => {
    expect(await powerOf(join(top, 'none'))()).toEqual(MAINS);
  });
});

describe('bytes', () => {
  test('leave at the rate that was set', () => {
    const { budget: one, pass } = budget();
    expect([one.spend(500), one.spend(500), one.spend(1)]).toEqual([0, 500, 1_000]);
    pass(1_001);
    expect(one.spend(1)).toBe(0);
  });

  test('of a day are used up, and come back a day later', async () => {
    const { budget: one, pass } = budget();
    one.spend(9_500);
    expect(because(await one.takePlace('n', 501))).toContain('9500 of 10000');
    pass(DAY);
    expect(await one.takePlace('n', 501)).not.toHaveProperty('refused');
  });

  test('that were promised and did not leave are free again', async () => {
    const { budget: one } = budget();
    const place = (await one.takePlace('n', 9_000)) as Place;
    place.pace(100);
    expect(because(await one.takePlace('m', 2_000))).toContain('bytes today');
    place[Symbol.dispose]();
    place[Symbol.dispose]();
    expect(one.givenToday).toBe(100);
  });

  test('a clock that is set back by a year holds nobody up, and gives nobody a second day', () => {
    const { budget: one, pass } = budget();
    one.spend(5_000);
    pass(-365 * DAY);
    expect(one.spend(1)).toBe(0);
    expect(one.givenToday).toBe(5_001);
    pass(DAY - 1);
    expect(one.givenToday).toBe(5_001);
    pass(1);
    expect(one.givenToday).toBe(0);
  });
});

describe('places', () => {
  test('are as many as was set; a third neighbour hears why', async () => {
    const { budget: one } = budget();
    const first = (await one.takePlace('a', 1)) as Place;
    await one.takePlace('b', 1);
    expect(because(await one.takePlace('c', 1))).toContain('gives to 2 others');
    expect(await one.takePlace('a', 1), 'whoever is there already is not a third').not.toHaveProperty(
      'refused',
    );
    first[Symbol.dispose]();
    expect(because(await one.takePlace('c', 1)), 'a is there twice').toContain('2 others');
  });

  test('asked for at the same moment, nobody gets more than there is', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 2, maxLength: 8 }),
        async (sizes) => {
          const { budget: one } = budget(MAINS, { neighbours: 3 });
          const got = await Promise.all(sizes.map((size, index) => one.takePlace(`n${index}`, size)));
          const given = got.flatMap((place, index) => ('refused' in place ? [] : [sizes[index] ?? 0]));
          refused += sizes.length - given.length;
          expect(given.length).toBeLessThanOrEqual(3);
          expect(given.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(10_000);
        },
      ),
    );
    expect(refused).toBeGreaterThan(50);
  });
});
