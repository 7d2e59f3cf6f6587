import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, type HandClock, handClock, startRollout } from '../testing/fleet.ts';
import { FollowUp } from './follow-up.ts';
import { thinned, viewTrialHistory } from './history.ts';
import { readTrialOf } from './reading.ts';

const QUARTER = 15 * 60_000;
const COUNT = 60;

let database: FreshDatabase;
let clock: HandClock;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

describe('the evidence over time', () => {
  test('is at each quarter of an hour what the judge read then', async () => {
    const devices = await enrolDevices(database.pool, COUNT);
    await startRollout(database.pool, devices);
    const cohorts = [[COUNT / 2], [COUNT / 2], [0]];
    const layout = { slices: [{ attribute: '', value: '' }], strata: [''], cohorts, metrics: false };
    await database.pool.query('UPDATE rollouts SET trial_layout = $1', [JSON.stringify(layout)]);
    clock = handClock();
    const followUp = new FollowUp(database.pool, clock.time);
    const row = () => database.db.selectFrom('rollouts').selectAll().executeTakeFirstOrThrow();
    const quarter = async (heard: readonly string[]) => {
      clock.time += QUARTER;
      await database.pool.query('UPDATE contacts SET last_seen = $2 WHERE device = ANY($1)', [
        heard,
        clock.time,
      ]);
      await followUp.followOnce(clock.time);
    };
    await quarter(devices);
    await database.pool.query(
      `UPDATE members SET state = 'installed', exposed = true, state_at = $1 WHERE stage = 0`,
      [clock.time],
    );
    const read: number[] = [];
    for (let silent = 0; silent <= 28; silent += 4) {
      await quarter(devices.filter((_, n) => n % 2 === 1 || n >= silent));
      const { logWeighted } = await readTrialOf({}, database.db, await row());
      if (Number.isFinite(logWeighted)) read.push(logWeighted / Math.LN10);
    }
    const { rollout } = await row();
    const history = await viewTrialHistory(database, rollout);
    if ('refused' in history) throw new Error(history.refused.because);
    const said = history.points.map(({ evidence }) => evidence);
    expect(said.length).toBeGreaterThan(4);
    expect(said.at(-1)).toBeCloseTo(read.at(-1) ?? Number.NaN, 10);
    for (const one of said) expect(read.some((then) => Math.abs(then - one) < 1e-9)).toBe(true);
    expect(Math.max(...said)).toBeGreaterThan(history.pauseAt);
    const times = history.points.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(clock.time);
  });

  test('of a rollout that does not exist is refused', async () => {
    expect(await viewTrialHistory(database, 'r-none')).toMatchObject({ refused: { code: 'not-found' } });
  });

  test('loses neither a peak nor the last when it is thinned', () => {
    let thinnedRuns = 0;
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 9, noNaN: true }), { minLength: 1, maxLength: 400, size: 'max' }),
        fc.integer({ min: 2, max: 50 }),
        (values, most) => {
          const points = values.map((evidence, at) => ({ at, evidence }));
          const kept = thinned(points, most);
          if (values.length > most) thinnedRuns++;
          expect(kept.length).toBeLessThanOrEqual(most + 1);
          expect(Math.max(...kept.map(({ evidence }) => evidence))).toBe(Math.max(...values));
          expect(kept.at(-1)).toEqual(points.at(-1));
          for (const [index, one] of kept.entries())
            if (index > 0) expect(one.at).toBeGreaterThan(kept[index - 1]?.at ?? 0);
        },
      ),
    );
    expect(thinnedRuns).toBeGreaterThan(30);
  });
});
