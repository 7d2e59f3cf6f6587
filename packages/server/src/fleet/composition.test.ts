import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices, report } from '../testing/fleet.ts';

const COUNT = 240;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let plane: TestPlane;

beforeAll(async () => {
  plane = await testPlane();
  await enrolDevices(plane.database.pool, COUNT);
  await plane.database.pool.query(
    `UPDATE devices SET report = $1::jsonb || jsonb_build_object('environment', jsonb_build_object(
       'hardware', 'what-it-calls-itself', 'serial', device,
       'broker', CASE WHEN substr(device, 2)::int % 4 = 0 THEN 'mosquitto 2.0.18' ELSE 'mosquitto 2.0.22' END))
     WHERE device <> 'd1'`,
    [JSON.stringify(report())],
  );
});
afterAll(() => plane[Symbol.asyncDispose]());

const view = () => plane.client.call('viewComposition');
const run = (text: string, values: unknown[] = []) => plane.database.pool.query(text, values);

describe('the composition of a fleet', () => {
  test('counts environments, most common first, and leaves out what has a value for every device', async () => {
    const { devices, cells, source } = await view();
    expect(devices).toBe(COUNT - 1);
    expect(cells).toEqual([
      { environment: { hardware: 'th-2', broker: 'mosquitto 2.0.22' }, devices: 179 },
      { environment: { hardware: 'th-2', broker: 'mosquitto 2.0.18' }, devices: 60 },
    ]);
    expect(source).toBe('the 239 devices that have reported to this control plane, without serial');
  });

  test('says how many have been away for how long', async () => {
    const now = plane.clock.now();
    await run('UPDATE contacts SET last_seen = $1', [now]);
    await run(`UPDATE contacts SET last_seen = $1 WHERE substr(device, 2)::int < 24`, [now - 60 * MINUTE]);
    await run(`UPDATE contacts SET last_seen = $1 WHERE substr(device, 2)::int < 12`, [now - 600 * MINUTE]);
    expect((await view()).silence).toEqual([
      { minutes: 45, share: 0.1 },
      { minutes: 120, share: 0.05 },
      { minutes: 480, share: 0.05 },
    ]);
  });

  test.each<[string, number, number, number]>([
    ['a young fleet has no trouble of its own to go by', DAY / 2, 12, 0.005],
    ['an old fleet without any has none', 2 * DAY, 0, 0],
    ['devices that never had trouble are counted too', 2 * DAY, 12, 12 / 239],
  ])('%s', async (_, age, troubled, expected) => {
    const now = plane.clock.now();
    await run('UPDATE devices SET enrolled_at = $1, trouble_at = NULL', [now - age]);
    await run(`UPDATE devices SET trouble_at = $1 WHERE substr(device, 2)::int BETWEEN 2 AND $2`, [
      now - MINUTE,
      troubled + 1,
    ]);
    await run(`UPDATE devices SET trouble_at = $1 WHERE device = 'd100'`, [now - 2 * DAY]);
    expect((await view()).troublePerDay).toBeCloseTo(expected, 12);
  });

  test('gives up the finest fact when there are too many combinations, and says which', async () => {
    await enrolMany(21_000);
    const { cells, devices, source } = await view();
    expect(devices).toBe(COUNT - 1 + 21_000);
    expect(cells.length).toBeLessThanOrEqual(20_000);
    expect(cells.every(({ environment }) => !('z' in environment))).toBe(true);
    expect(source).toContain('without serial, z');
  });
});

test('an empty fleet has an empty composition', async () => {
  await using empty = await testPlane();
  expect(await empty.client.call('viewComposition')).toMatchObject({
    devices: 0,
    cells: [],
    troublePerDay: 0.005,
  });
});

/** Each with a combination of its own; `z` has the most values. */
async function enrolMany(count: number): Promise<void> {
  await run(
    `INSERT INTO devices (device, hardware, token_hash, enrolled_at, report)
     SELECT 'm' || n, 'th-2', ''::bytea, 0, jsonb_build_object('environment', jsonb_build_object(
       'x', (n % 26)::text, 'y', (n / 26 % 27)::text, 'z', (n / 702 % 30)::text))
     FROM generate_series(0, $1::int - 1) AS n`,
    [count],
  );
}
