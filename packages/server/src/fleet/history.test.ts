import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { deviceSide, enrolDevices, handClock, report, tokenOf } from '../testing/fleet.ts';
import { readFleetCounts } from './counts.ts';
import { keepFleetHistory, silentAfter, viewFleetHistory } from './history.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = handClock().time;
let database: FreshDatabase;
const clock = handClock();
const config = readConfig([], {});
if ('problem' in config) throw new Error(config.problem);
const context = () => ({ db: database.db, clock, config });
const keep = (hearingSince = 0) => keepFleetHistory(context(), hearingSince);
const view = (days = 7) => viewFleetHistory(context(), days);

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  // Row by row: the counts follow.
  await database.pool.query('DELETE FROM devices; TRUNCATE contacts, fleet_history');
  clock.time = START;
  await enrolDevices(database.pool, 4);
});

async function say(device: string, version: string, ok = true): Promise<void> {
  const { door, contacts } = deviceSide(database, clock);
  const body = report({ health: { ok }, updates: clock.time }, version);
  await door.answer('check-in', tokenOf(device), Buffer.from(JSON.stringify(body)));
  await contacts.flush();
}

describe('the counts of the fleet', () => {
  test('follow enrolment and health, and agree with a recount', async () => {
    expect(await readFleetCounts(database.db)).toEqual({ enrolled: 4, unhealthy: 0 });
    await say('d0', '3.2.4', false);
    await say('d1', '3.2.4', false);
    await say('d1', '3.2.4');
    await database.pool.query(`DELETE FROM devices WHERE device IN ('d0', 'd3')`);
    expect(await readFleetCounts(database.db)).toEqual({ enrolled: 2, unhealthy: 0 });
    await say('d2', '3.2.4', false);
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS enrolled, (count(*) FILTER (WHERE is_unhealthy(report)))::int AS unhealthy FROM devices`,
    );
    expect(await readFleetCounts(database.db)).toEqual(rows[0]);
  });
});

describe('the history of the fleet', () => {
  test('is what each hour was like at its end', async () => {
    await say('d0', '3.2.4');
    await keep();
    await say('d1', '3.2.4', false);
    await keep();
    clock.time += HOUR;
    await say('d0', '3.2.5');
    await keep();
    expect(await view()).toEqual({
      step: 'hour',
      silentAfter: '45m',
      points: [
        { at: START, devices: 4, silent: 0, unhealthy: 1, versions: [{ version: '3.2.4', devices: 2 }] },
        {
          at: START + HOUR,
          devices: 4,
          // All but the one that was just heard.
          silent: 3,
          unhealthy: 1,
          versions: [
            { version: '3.2.4', devices: 1 },
            { version: '3.2.5', devices: 1 },
          ],
        },
      ],
    });
  });

  test('accuses nobody of silence while the server has not listened for long enough', async () => {
    clock.time += 2 * HOUR;
    await keep(clock.time - 10 * 60_000);
    expect((await view()).points[0]).toMatchObject({ devices: 4, silent: null });
    clock.time += silentAfter(config) - 10 * 60_000;
    await keep(clock.time - silentAfter(config));
    expect((await view()).points.at(-1)?.silent).toBe(4);
  });

  test('shows one point a day over a longer time, the last of the day', async () => {
    for (let hour = 0; hour < 40; hour += 5) {
      await say('d0', hour < 20 ? '3.2.4' : '3.2.5');
      await keep();
      clock.time += 5 * HOUR;
    }
    const { step, points } = await view(30);
    expect([step, points.map(({ at }) => new Date(at).toISOString().slice(0, 13))]).toEqual([
      'day',
      ['2026-11-24T19', '2026-11-25T20'],
    ]);
    expect((await view(7)).points).toHaveLength(8);
  });

  test('keeps every hour for 35 days, then a point a day for 400, then none', async () => {
    await database.pool.query(
      `INSERT INTO fleet_history SELECT $1::bigint - hour * ${HOUR}::bigint, 'all', '', 4 FROM generate_series(1, 24 * 37) AS hour`,
      [START],
    );
    await database.pool.query(`INSERT INTO fleet_history VALUES ($1, 'all', '', 4)`, [START - 401 * DAY]);
    await keep();
    const { rows } = await database.pool.query<{ at: number }>(
      `SELECT at FROM fleet_history WHERE kind = 'all' ORDER BY at`,
    );
    const old = rows.filter(({ at }) => at < START - 35 * DAY);
    expect(rows.length - old.length).toBe(35 * 24 + 1);
    expect(old.map(({ at }) => new Date(at).getUTCHours())).toEqual([23, 23, 8]);
  });

  test('is written once by two servers', async () => {
    await Promise.all([keep(), keep(), keep()]);
    expect((await view()).points).toHaveLength(1);
  });
});
