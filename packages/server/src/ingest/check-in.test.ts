import type { CheckIn, Outcome } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import {
  deviceSide,
  enrolDevices,
  type HandClock,
  handClock,
  memberStates,
  NEW,
  OLD,
  outcome,
  report,
  setPhase,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';
import type { DeviceSide } from './assembly.ts';

let database: FreshDatabase;
let side: DeviceSide;
let clock: HandClock;

beforeAll(async () => {
  database = await freshDatabase();
  await enrolDevices(database.pool, 2);
});
afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query('TRUNCATE rollouts, members, outcomes, evidence_counts, evidence_flow CASCADE');
  await database.pool.query('UPDATE devices SET report = NULL, report_hash = NULL');
  await startRollout(database.pool, ['d0', 'd1']);
  clock = handClock();
  side = deviceSide(database, clock);
});

const checkIn = async (body: CheckIn, device = 'd0') => {
  const answer = await side.door.answer('check-in', tokenOf(device), Buffer.from(JSON.stringify(body)));
  return (JSON.parse(answer.body) as { offer: { kind: string } }).offer.kind;
};
const tell = (body: Outcome) =>
  side.door.answer('outcomes', tokenOf('d0'), Buffer.from(JSON.stringify(body)));
const state = async () => (await memberStates(database.pool))['d0'];

describe('a check-in reveals what a lost outcome should have said:', () => {
  test.each<[string, CheckIn[], string]>([
    ['it runs the release', [report({}, NEW)], 'installed'],
    ['it ran it and is on an earlier version', [report({}, NEW), report({ updates: 1 }, OLD)], 'rolled-back'],
    ['it will not try it again', [report({ rolledBackFrom: [NEW] })], 'rolled-back'],
    [
      'it runs it, confirmed, and a check fails',
      [report({}, NEW), report({ health: { ok: false } }, NEW)],
      'failed',
    ],
    ['it runs it and raises a failing code', [report({}, NEW), report({ errors: ['0x45'] }, NEW)], 'failed'],
    [
      'it raises a code that is none of the release',
      [report({}, NEW), report({ errors: ['0x1'] }, NEW)],
      'installed',
    ],
    ['nothing new', [report()], 'waiting'],
  ])('%s', async (_sentence, reports, expected) => {
    for (const body of reports) await checkIn(body);
    expect(await state()).toBe(expected);
  });
});

test('a device whose clock makes the metadata expired is no evidence against the release, and is offered it again', async () => {
  await checkIn(report());
  await tell(outcome('refused', { code: 'metadata-expired' }));
  expect(await state()).toBe('waiting');
  // As many as a client may count, which is more than four bytes hold.
  expect(await checkIn(report({ updates: Number.MAX_SAFE_INTEGER }))).toBe('update');
  await checkIn(report({ updates: Number.MAX_SAFE_INTEGER, errors: ['0x1'] }));
  await tell(outcome('installed'));
  expect(await state()).toBe('installed');
});

test('a device that refuses for any other reason went wrong', async () => {
  await checkIn(report());
  await tell(outcome('refused', { code: 'unsigned' }));
  expect(await state()).toBe('failed');
});

describe('a report that was overtaken on its way', () => {
  test('by the outcome of the update is no news, and counts when it still comes after an hour', async () => {
    await checkIn(report());
    clock.time += 60_000;
    await tell(outcome('installed'));
    clock.time += 60_000;
    await checkIn(report());
    expect(await state()).toBe('installed');
    clock.time += 3_600_000;
    await checkIn(report());
    expect(await state()).toBe('rolled-back');
  });

  test('by a report from after the update is no news, and the newer one stands', async () => {
    await checkIn(report());
    await checkIn(report({ updates: 1 }, NEW));
    clock.time += 60_000;
    await checkIn(report());
    expect(await state()).toBe('installed');
    const { rows } = await database.pool.query(
      `SELECT report->>'updates' AS n FROM devices WHERE device = 'd0'`,
    );
    expect(rows).toEqual([{ n: '1' }]);
  });

  test('by a report from after the boot, having been made during the update, is no news', async () => {
    const during = report({
      updates: 1,
      slots: { a: { state: 'confirmed', version: OLD }, b: { state: 'bad' } },
    });
    await checkIn(during);
    await checkIn(report({ updates: 1 }, NEW));
    await checkIn(during);
    expect(await state()).toBe('installed');
    await checkIn({ ...during, rolledBackFrom: [NEW] });
    expect(await state()).toBe('rolled-back');
  });

  test('by nothing: a device that lost its memory goes back in the evidence within the hour', async () => {
    await checkIn(report({ updates: 7 }, NEW));
    await checkIn(report());
    clock.time += 3_600_000;
    await checkIn(report());
    expect(await state()).toBe('rolled-back');
  });
});

describe('offers', () => {
  test('are made in an open stage only, and not after a halt was committed', async () => {
    expect(await checkIn(report())).toBe('update');
    expect(await checkIn(report(), 'd1')).toBe('none');
    await setPhase(database.pool, 'halted');
    expect(await checkIn(report())).toBe('none');
  });

  test('go the way back while recalling, until the device is back', async () => {
    await tell(outcome('installed'));
    await setPhase(database.pool, 'recalling');
    expect(await checkIn(report({}, NEW))).toBe('recall');
    await tell(outcome('installed', { offer: 'r-test.r1', running: OLD }));
    expect(await checkIn(report())).toBe('none');
    const { rows } = await database.pool.query(`SELECT state, recalled FROM members WHERE device = 'd0'`);
    expect(rows).toEqual([{ state: 'installed', recalled: true }]);
  });

  test('pass a device that is held', async () => {
    await database.pool.query(`UPDATE devices SET held = 'on a bench' WHERE device = 'd0'`);
    expect(await checkIn(report())).toBe('none');
    await database.pool.query(`UPDATE devices SET held = NULL`);
  });
});

test('many reports of many devices at once are all kept', async () => {
  const { pool } = database;
  await pool.query('TRUNCATE devices, contacts, members');
  const devices = await enrolDevices(pool, 1_200);
  const answers = await Promise.all(
    devices.map(async (device, index) =>
      side.door.answer('check-in', tokenOf(device), Buffer.from(JSON.stringify(report({ updates: index })))),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const { rows } = await pool.query(
    `SELECT count(*)::int AS devices, count(DISTINCT report ->> 'updates')::int AS reports FROM devices`,
  );
  expect(rows).toEqual([{ devices: 1_200, reports: 1_200 }]);
  await pool.query('TRUNCATE devices, contacts');
  await enrolDevices(pool, 2);
});

test('an offer names the mirrors of the installation, in their order; nothing else does', async () => {
  const answer = async (device: string, body: CheckIn) => {
    const { body: text } = await side.door.answer(
      'check-in',
      tokenOf(device),
      Buffer.from(JSON.stringify(body)),
    );
    return (JSON.parse(text) as { offer: { kind: string; mirrors?: string[] } }).offer;
  };
  expect(await answer('d0', report())).not.toHaveProperty('mirrors');
  side = deviceSide(database, handClock(), ['--mirrors', 'https://cdn.example/ota,https://other.example']);
  expect(await answer('d0', report())).toMatchObject({
    kind: 'update',
    mirrors: ['https://cdn.example/ota', 'https://other.example'],
  });
  expect(await answer('d0', report({}, NEW))).toEqual({ kind: 'none', because: expect.any(String) });
});
