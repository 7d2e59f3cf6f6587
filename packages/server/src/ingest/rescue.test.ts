import type { Outcome } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { viewDevice } from '../fleet/devices.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import {
  deviceSide,
  enrolDevices,
  handClock,
  memberStates,
  outcome,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';
import type { DeviceSide } from './assembly.ts';

let database: FreshDatabase;
let side: DeviceSide;
beforeAll(async () => {
  database = await freshDatabase();
  await enrolDevices(database.pool, 2);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE rollouts, members, outcomes, evidence_counts, evidence_flow CASCADE');
  await startRollout(database.pool, ['d0', 'd1']);
  side = deviceSide(database, handClock());
});

const rescue = (change: Partial<Outcome> = {}): Outcome => ({
  ...outcome('confirmed'),
  offer: 'rescue.3.2.7.2',
  rollout: 'rescue',
  running: '3.2.7',
  ...change,
});
const tell = async (body: Outcome, device = 'd0') =>
  (await side.door.answer('outcomes', tokenOf(device), Buffer.from(JSON.stringify(body)))).status;
const rescuesOf = async (device: string) => {
  const { db, pool } = database;
  const stops = { sentenceOf: () => undefined };
  const view = await viewDevice({ db, pool, clock: handClock(), stops, progress: side.progress }, device);
  return 'refused' in view ? [] : view.rescues;
};

test('a rescue that nobody offered is accepted, and stands on the page of its device and no other', async () => {
  expect(await tell(rescue({ kind: 'installed', at: 1 }))).toBe(200);
  expect(await tell(rescue({ at: 2 }))).toBe(200);
  expect(await rescuesOf('d0')).toMatchObject([
    { version: '3.2.7', kind: 'confirmed' },
    { version: '3.2.7', kind: 'installed' },
  ]);
  expect(await rescuesOf('d1')).toEqual([]);
});

test('says by which road the bytes came, when the device does', async () => {
  await database.pool.query('TRUNCATE outcomes');
  const road = { by: 'link' as const, neighbour: 'd1' };
  expect(await tell(rescue({ road }))).toBe(200);
  expect(await rescuesOf('d0')).toMatchObject([{ version: '3.2.7', road }]);
});

test('told twice it is one', async () => {
  for (let times = 0; times < 3; times++) expect(await tell(rescue())).toBe(200);
  expect(await rescuesOf('d0')).toHaveLength(1);
});

test('moves nobody in a rollout', async () => {
  const before = await memberStates(database.pool);
  await tell(rescue({ kind: 'rolled-back' }));
  expect(await memberStates(database.pool)).toEqual(before);
});

test.each<[string, Partial<Outcome>]>([
  ['under the name of a rollout', { rollout: 'r1' }],
  ['without a version', { offer: 'rescue.3' }],
  ['without an attempt', { offer: 'rescue.3.2.7.' }],
])('%s it is refused as an offer that was never made', async (_, change) => {
  expect(await tell(rescue(change))).toBe(404);
  expect(await rescuesOf('d0')).toEqual([]);
});

test('a device that makes up rescues without end fills its own page, up to a limit', async () => {
  for (let attempt = 0; attempt < 80; attempt++) {
    expect(await tell(rescue({ offer: `rescue.3.2.7.${attempt}` }))).toBe(200);
  }
  const { rows } = await database.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM outcomes',
  );
  expect(rows[0]?.count).toBe(64);
});
