import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import {
  countersAndRecount,
  deviceSide,
  enrolDevices,
  type HandClock,
  handClock,
  memberStates,
  NEW,
  outcome,
  report,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';
import type { DeviceSide } from './assembly.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let database: FreshDatabase;
let clock: HandClock;
let side: DeviceSide;

beforeAll(async () => {
  database = await freshDatabase();
  await enrolDevices(database.pool, 4);
});
afterAll(() => database.drop());

beforeEach(async () => {
  clock = handClock();
  await database.pool.query('TRUNCATE rollouts, members, outcomes, evidence_counts, evidence_flow CASCADE');
  await database.pool.query('UPDATE devices SET report = NULL, report_hash = NULL');
  await database.pool.query('UPDATE contacts SET last_seen = $1', [clock.time]);
  await startRollout(database.pool, ['d0', 'd1', 'd2', 'd3']);
  side = deviceSide(database, clock);
  side.memory.listening = true;
});

const say = (device: string, verb: 'check-in' | 'outcomes', body: unknown) =>
  side.door.answer(verb, tokenOf(device), Buffer.from(JSON.stringify(body)));

async function sweep() {
  await side.contacts.flush();
  const swept = await side.sweep.sweepOnce(clock.now());
  const { counters, recount } = await countersAndRecount(database.pool);
  expect(counters).toEqual(recount);
  return swept;
}

test('a member is silent at the deadline, and not a moment before', async () => {
  clock.time += 45 * MINUTE - 1;
  expect(await sweep()).toEqual({ silent: 0, back: 0, proven: 0 });
  clock.time += 1;
  expect(await sweep()).toEqual({ silent: 4, back: 0, proven: 0 });
  expect(new Set(Object.values(await memberStates(database.pool)))).toEqual(new Set(['waiting-silent']));
});

test('who is heard again comes back, also when its report is answered from memory', async () => {
  await say('d1', 'check-in', report());
  await say('d0', 'outcomes', outcome('installed'));
  await say('d0', 'check-in', report({}, NEW));
  clock.time += 2 * HOUR;
  await sweep();
  expect(await memberStates(database.pool)).toMatchObject({ d0: 'silent', d1: 'waiting-silent' });
  expect(await Promise.resolve(say('d0', 'check-in', report({}, NEW)))).toMatchObject({ status: 200 });
  expect(say('d1', 'check-in', report())).not.toBeInstanceOf(Promise);
  expect(await sweep()).toMatchObject({ back: 2 });
  expect(await memberStates(database.pool)).toMatchObject({ d0: 'installed', d1: 'waiting' });
});

test('proof takes a confirmed, healthy device that is still heard after the whole soak', async () => {
  const trying = report({ slots: { a: { state: 'trying', version: NEW }, b: { state: 'empty' } } });
  for (const device of ['d0', 'd2']) await say(device, 'outcomes', outcome('installed'));
  for (let hour = 1; hour <= 24; hour++) {
    clock.time += HOUR / 2;
    await say('d0', 'check-in', report({}, NEW));
    await say('d2', 'check-in', trying);
    await sweep();
    clock.time += HOUR / 2 - (hour === 24 ? 1 : 0);
    await say('d0', 'check-in', report({}, NEW));
    await say('d2', 'check-in', trying);
    expect(await sweep(), `hour ${hour}`).toMatchObject({ proven: 0 });
  }
  clock.time += 1;
  await say('d0', 'check-in', report({}, NEW));
  await say('d2', 'check-in', trying);
  expect(await sweep()).toMatchObject({ proven: 1 });
  expect(await memberStates(database.pool)).toMatchObject({ d0: 'proven', d2: 'installed' });
});

test('a proven device that falls silent is silent: late evidence counts', async () => {
  await say('d0', 'outcomes', outcome('installed'));
  await database.pool.query(`UPDATE members SET state = 'proven' WHERE device = 'd0'`);
  await database.pool.query(`UPDATE evidence_counts SET state = 'proven' WHERE state = 'installed'`);
  clock.time += HOUR;
  await sweep();
  expect(await memberStates(database.pool)).toMatchObject({ d0: 'silent' });
});

test('of two servers that sweep at once each member is moved once', async () => {
  const other = deviceSide(database, clock, ['--shard', '1']);
  clock.time += HOUR;
  const swept = await Promise.all([side.sweep.sweepOnce(clock.now()), other.sweep.sweepOnce(clock.now())]);
  await sweep();
  expect(swept.reduce((sum, one) => sum + (one?.silent ?? 0), 0)).toBeLessThanOrEqual(4);
  const { rows } = await database.pool.query(
    `SELECT sum(entered)::int AS entered FROM evidence_flow WHERE state = 'waiting-silent' AND attribute = ''`,
  );
  expect(rows).toEqual([{ entered: 4 }]);
});
