import { EVENTS_KEPT, type TimelineView } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetEvents } from '../fleet/forget-events.ts';
import { viewTimeline } from '../fleet/timeline.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import {
  deviceSide,
  enrolDevices,
  handClock,
  NEW,
  outcome,
  report,
  setPhase,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';
import type { DeviceSide } from './assembly.ts';

let database: FreshDatabase;
let side: DeviceSide;
const clock = handClock();
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE devices, contacts, members, outcomes, device_events, rollouts, releases, evidence_counts CASCADE',
  );
  clock.time = handClock().time;
  await enrolDevices(database.pool, 3);
  side = deviceSide(database, clock);
});

const say = async (body: object, device = 'd0', verb: 'check-in' | 'outcomes' = 'check-in') => {
  clock.time += 1_000;
  const answer = await side.door.answer(verb, tokenOf(device), Buffer.from(JSON.stringify(body)));
  expect(answer.status).toBe(200);
};
const timeline = async (device = 'd0', limit = 500): Promise<TimelineView> => {
  const view = await viewTimeline({ db: database.db, organisation: 'main', fleet: 'main' }, device, limit);
  if ('refused' in view) throw new Error(view.refused.because);
  return view;
};
const kinds = async (device = 'd0') => (await timeline(device)).entries.map(({ kind }) => kind);
const rows = async () => {
  const found = await database.pool.query<{ rows: number }>(
    'SELECT count(*)::int AS rows FROM device_events',
  );
  return found.rows[0]?.rows ?? 0;
};
const trying = {
  a: { state: 'confirmed' as const, version: '3.2.4' },
  b: { state: 'trying' as const, version: NEW },
};

describe('the story of a device', () => {
  test('tells an update and its way back, newest first, with its boots', async () => {
    await startRollout(database.pool, ['d0']);
    await say(report());
    await say(report());
    await say(report({ active: 'b', slots: trying, bootAttempts: 1, updates: 1 }));
    await say(outcome('installed'), 'd0', 'outcomes');
    await say(report({ active: 'b', slots: trying, bootAttempts: 2, updates: 1, errors: ['0x45'] }));
    await say(outcome('rolled-back'), 'd0', 'outcomes');
    await say(report({ updates: 1, rolledBackFrom: [NEW] }));
    const { entries, boots } = await timeline();
    expect(entries.map((one) => (one.kind === 'outcome' ? one.outcome : one.kind))).toEqual([
      'report',
      'rolled-back',
      'report',
      'installed',
      'report',
      'offered',
      'report',
      'enrolled',
    ]);
    expect(entries.find(({ kind }) => kind === 'offered')).toMatchObject({
      offer: 'r-test.u1',
      version: NEW,
      recall: false,
      retry: false,
    });
    expect(entries[2]).toMatchObject({
      version: NEW,
      active: 'b',
      bootAttempts: 2,
      errors: ['0x45'],
      healthy: true,
    });
    expect(boots.map(({ slot, version, on, attempts }) => [slot, version, on, attempts])).toEqual([
      ['a', '3.2.4', 'confirmed', 0],
      ['b', NEW, 'trial', 2],
      ['b', NEW, 'trial', 1],
      ['a', '3.2.4', 'confirmed', 0],
    ]);
    // One offer and four reports: what an update that goes back leaves here.
    expect(await rows()).toBe(5);
  });

  test('hears of an offer once, however often it goes out and whichever server makes it', async () => {
    await startRollout(database.pool, ['d0']);
    const other = deviceSide(database, clock);
    for (let index = 0; index < 4; index++) {
      await say(report({ metrics: { heap: index } }));
      await other.door.answer('check-in', tokenOf('d0'), Buffer.from(JSON.stringify(report())));
    }
    expect((await kinds()).filter((kind) => kind === 'offered')).toHaveLength(1);
    await setPhase(database.pool, 'recalling');
    await say(report({ updates: 1 }, NEW));
    expect((await timeline()).entries.find((one) => one.kind === 'offered')).toMatchObject({ recall: true });
  });

  test('does not grow by what is measured, by another road, or by saying the same again', async () => {
    await say(report());
    await say(report({ metrics: { heap: 1 } }));
    await say(report({ metrics: { heap: 2 }, transport: 'mqtt' }));
    await say(report());
    expect(await rows()).toBe(1);
    await say(report({ environment: { broker: 'nats' } }));
    expect(await rows()).toBe(2);
  });

  test(`keeps the newest ${EVENTS_KEPT} events of each device and takes none from another`, async () => {
    await say(report(), 'd1');
    for (let updates = 1; updates <= EVENTS_KEPT + 25; updates++) await say(report({ updates }));
    expect(await rows()).toBe(EVENTS_KEPT + 1);
    const { entries } = await timeline();
    expect(entries[0]?.at).toBe(clock.time);
    expect(await kinds('d1')).toEqual(['report', 'enrolled']);
  });

  test('forgets after 90 days', async () => {
    await say(report());
    clock.time += 89 * 86_400_000;
    await say(report({ updates: 1 }));
    expect(await forgetEvents({ db: database.db, clock })).toBe(0);
    clock.time += 2 * 86_400_000;
    expect(await forgetEvents({ db: database.db, clock })).toBe(1);
    expect(await kinds()).toEqual(['report', 'enrolled']);
  });

  test('of an unknown device is refused', async () => {
    const context = { db: database.db, organisation: 'main', fleet: 'main' };
    expect(await viewTimeline(context, 'd9', 10)).toMatchObject({ refused: { code: 'not-found' } });
  });
});

test('reports of many devices at once leave an event each', async () => {
  await Promise.all(['d0', 'd1', 'd2'].map((device) => say(report(), device)));
  await Promise.all(['d0', 'd1', 'd2'].map((device) => say(report({ health: { ok: false } }), device)));
  expect(await rows()).toBe(6);
});
