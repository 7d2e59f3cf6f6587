import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices, report } from '../testing/fleet.ts';

let plane: TestPlane;
let now: number;
beforeAll(async () => {
  plane = await testPlane();
  now = plane.clock.now();
  await enrolDevices(plane.database.pool, 40);
});
afterAll(() => plane[Symbol.asyncDispose]());

test('the composition counts environments and silence, and leaves out what is too fine', async () => {
  const { pool } = plane.database;
  await pool.query(
    `UPDATE devices SET report = jsonb_set($1::jsonb, '{environment}', jsonb_build_object('broker', CASE WHEN device < 'd2' THEN 'a' ELSE 'b' END))`,
    [JSON.stringify(report())],
  );
  await pool.query(
    `UPDATE contacts SET last_seen = $1::bigint - CASE WHEN device = 'd0' THEN 180 ELSE 1 END * 60000`,
    [now],
  );
  const composition = await plane.client.call('viewComposition');
  expect(composition.devices).toBe(40);
  expect(
    composition.cells.map(({ environment, devices }) => [
      environment['broker'],
      environment['hardware'],
      devices,
    ]),
  ).toEqual([
    ['b', 'th-2', 28],
    ['a', 'th-2', 12],
  ]);
  expect(composition.silence).toEqual([
    { minutes: 45, share: 1 / 40 },
    { minutes: 120, share: 1 / 40 },
    { minutes: 480, share: 0 },
  ]);
});
