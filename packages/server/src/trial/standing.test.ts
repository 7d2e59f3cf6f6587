/** What was wrong with a device before it ran the release is nobody's doing: told through the real ingest. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CheckIn } from '@tuesday/protocol';
import type { DeviceSide } from '../ingest/assembly.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import {
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
import { readTrialOf } from './reading.ts';

const COUNT = 40;
const MINUTE = 60_000;

let database: FreshDatabase;
let side: DeviceSide;
let clock: HandClock;
/** Alternating: even ones are offered the release, odd ones are the control. */
let devices: string[];

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE rollouts, members, devices, contacts, releases, followed, trial_cells, evidence_counts, outcomes CASCADE',
  );
  devices = await enrolDevices(database.pool, COUNT);
  clock = handClock();
  side = deviceSide(database, clock);
  await startRollout(database.pool, devices);
  const cohorts = [[COUNT / 2], [COUNT / 2], [0]];
  const layout = { slices: [{ attribute: '', value: '' }], strata: [''], cohorts, metrics: false };
  await database.pool.query('UPDATE rollouts SET trial_layout = $1', [JSON.stringify(layout)]);
});

const offered = () => devices.filter((_, index) => index % 2 === 0);
const isOffered = (device: string) => Number(device.slice(1)) % 2 === 0;

async function checkIn(device: string, change: Partial<CheckIn>, version?: string): Promise<void> {
  const body = Buffer.from(JSON.stringify(report(change, version)));
  expect((await side.door.answer('check-in', tokenOf(device), body)).status).toBe(200);
}

async function tell(device: string, kind: 'installed' | 'unhealthy' | 'rolled-back'): Promise<void> {
  const body = Buffer.from(JSON.stringify(outcome(kind)));
  expect((await side.door.answer('outcomes', tokenOf(device), body)).status).toBe(200);
}

async function pass(minutes: number): Promise<void> {
  clock.time += minutes * MINUTE;
  await side.contacts.flush();
  await side.followUp.followOnce(clock.time);
}

/** Everybody reports this, a minute apart: `later` when the offered ones run the release. */
async function play(before: Partial<CheckIn>[], later: Partial<CheckIn>[]): Promise<void> {
  for (const change of before) {
    for (const device of devices) await checkIn(device, change);
    await pass(1);
  }
  for (const device of offered()) await tell(device, 'installed');
  for (const change of later) {
    for (const device of devices) await checkIn(device, change, isOffered(device) ? NEW : undefined);
    await pass(2);
  }
}

async function events(): Promise<{ offered: number; control: number; entered: number[] }> {
  const row = await database.db.selectFrom('rollouts').selectAll().executeTakeFirstOrThrow();
  const { lines } = await readTrialOf({}, database.db, row);
  const line = lines.find(({ channel, attribute }) => channel === 'trouble' && attribute === '');
  if (!line) throw new Error('nothing is followed');
  return {
    offered: line.offered.events,
    control: line.control.events,
    entered: [line.offered.followed, line.control.followed],
  };
}

const statesOf = async () => {
  const states = await memberStates(database.pool);
  return [...new Set(offered().map((device) => states[device]))];
};

const CODE = { errors: ['0x45'] };
const CHECK = { health: { ok: false, failing: 'valve' } };
const well = {};
// A report that differs a little each time, as a real one does.
const again = (change: Partial<CheckIn>) => [1, 2, 3, 4].map((updates) => ({ ...change, updates }));

test.each<[string, Partial<CheckIn>[], Partial<CheckIn>[]]>([
  ['a failing code', [CODE, CODE], again(CODE)],
  ['a failing code that came and went', [CODE, well], again(CODE)],
  ['a failing check', [CHECK, CHECK], again(CHECK)],
  ['a failing check and a failing code', [{ ...CHECK, ...CODE }], again({ ...CHECK, ...CODE })],
])('%s from before the offer is no trouble in either arm', async (_, before, later) => {
  await play(before, [well, ...later]);
  expect(await events()).toEqual({ offered: 0, control: 0, entered: [COUNT / 2, COUNT / 2] });
});

test.each<[string, Partial<CheckIn>[], Partial<CheckIn>[]]>([
  ['a failing code', [well, CODE], again(CODE)],
  ['a failing check', [well, CHECK], again(CHECK)],
])('%s that stands when the device meets its offer does not make it failed', async (_, before, later) => {
  await play(before, later);
  expect(await statesOf()).toEqual(['installed']);
});

test('an unhealthy outcome of a device whose check failed before is not held against the release', async () => {
  await play([CHECK], [CHECK]);
  for (const device of offered()) await tell(device, 'unhealthy');
  await pass(2);
  expect(await statesOf()).toEqual(['installed']);
  expect(await events()).toMatchObject({ offered: 0, control: 0 });
});

test.each<[string, Partial<CheckIn>, Partial<CheckIn>]>([
  ['a failing code', well, CODE],
  ['a failing code beside one that stood', { errors: ['0x99'] }, { errors: ['0x99', '0x45'] }],
  ['a failing code beside a check that stood', CHECK, { ...CHECK, ...CODE }],
  ['another check than the one that stood', CHECK, { health: { ok: false, failing: 'radio' } }],
  ['a failing check', well, CHECK],
])('%s that is new with the release is trouble, and makes the device failed', async (_, before, later) => {
  await play([before], [before]);
  for (const device of offered()) await checkIn(device, later, NEW);
  await pass(2);
  expect(await statesOf()).toEqual(['failed']);
  expect(await events()).toMatchObject({ offered: COUNT / 2, control: 0 });
});

test('a device that goes back is trouble, whatever code it had before', async () => {
  await play([CODE], [CODE]);
  for (const device of offered()) await tell(device, 'rolled-back');
  await pass(2);
  expect(await statesOf()).toEqual(['rolled-back']);
  expect(await events()).toMatchObject({ offered: COUNT / 2, control: 0 });
});

test('an unhealthy outcome of a device that only had a code before is trouble', async () => {
  await play([CODE], [CODE]);
  for (const device of offered()) await tell(device, 'unhealthy');
  for (const device of offered()) await checkIn(device, { ...CODE, ...CHECK }, NEW);
  await pass(2);
  expect(await statesOf()).toEqual(['failed']);
  expect(await events()).toMatchObject({ offered: COUNT / 2, control: 0 });
});
