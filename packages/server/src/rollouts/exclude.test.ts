/** A release that breaks one broker version: its devices are taken out, and the rest goes on. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import type { DeviceSide } from '../ingest/assembly.ts';
import { freeHands } from '../testing/policy.ts';
import {
  countersAndRecount,
  deviceSide,
  enrolDevices,
  NEW,
  OLD,
  outcome,
  report,
  tokenOf,
} from '../testing/fleet.ts';
import { tickAll } from './tick.ts';

const COUNT = 240;
const MINUTE = 60_000;
const plan = {
  name: 'excluding',
  release: NEW,
  stages: [
    { share: 0.25, soak: '24h' },
    { share: 1, soak: '48h' },
  ],
};
const BAD = { attribute: 'broker', value: 'mosquitto 2.0.18' };

let plane: TestPlane;
let side: DeviceSide;
let rollout: string;

beforeAll(async () => {
  plane = await testPlane();
  await publishTwo(plane);
  side = deviceSide(plane.database, plane.clock);
  await enrolDevices(plane.database.pool, COUNT);
});
afterAll(async () => {
  await side.stop();
  await plane[Symbol.asyncDispose]();
});

const numberOf = (device: string) => Number(device.slice(1));
const brokerOf = (device: string) => (numberOf(device) % 3 === 0 ? BAD.value : 'mosquitto 2.0.22');

async function checkIn(device: string, version = OLD, errors: string[] = []): Promise<string> {
  const body = report({ environment: { broker: brokerOf(device) }, errors }, version);
  const answer = await side.door.answer('check-in', tokenOf(device), Buffer.from(JSON.stringify(body)));
  expect(answer.status, answer.body).toBe(200);
  return answer.body;
}

async function say(device: string, kind: 'installed' | 'rolled-back'): Promise<void> {
  const body = outcome(kind, { rollout, offer: `${rollout}.u1`, running: kind === 'installed' ? NEW : OLD });
  const answer = await side.door.answer('outcomes', tokenOf(device), Buffer.from(JSON.stringify(body)));
  expect(answer.status, answer.body).toBe(200);
}

async function membersOf(stage: number): Promise<string[]> {
  const { rows } = await plane.database.pool.query<{ device: string }>(
    'SELECT device FROM members WHERE rollout = $1 AND stage = $2 ORDER BY device',
    [rollout, stage],
  );
  return rows.map(({ device }) => device);
}

const view = () => plane.client.call('viewRollout', { params: { rollout } });
const exclude = (slice = BAD) =>
  plane.client.call('excludeSlice', {
    params: { rollout },
    body: { ...slice, because: 'their broker drops sessions' },
  });

/** Time passes, everybody is heard, and the judge looks. */
async function pass(minutes: number): Promise<void> {
  (plane.clock as { time: number }).time += minutes * MINUTE;
  await plane.database.pool.query('UPDATE contacts SET last_seen = $1', [plane.clock.now()]);
  await side.followUp.followOnce(plane.clock.now());
  await tickAll(plane.context);
}

beforeEach(async () => {
  await plane.database.pool.query(
    `TRUNCATE rollouts, rollout_events, members, evidence_counts, evidence_flow, followed, trial_cells, outcomes CASCADE`,
  );
  for (let index = 0; index < COUNT; index++) await checkIn(`d${index}`);
  ({ rollout } = await plane.client.call('createRollout', { body: plan }));
  await plane.client.call('startRollout', { params: { rollout }, body: {} });
  await plane.client.call('setPolicy', {
    body: {
      policy: freeHands(),
      because: 'a test',
    },
  });
  await tickAll(plane.context);
  await pass(1);
});

async function takeIt(fails: (device: string) => boolean): Promise<void> {
  for (const device of await membersOf(0)) {
    await checkIn(device);
    await say(device, 'installed');
    await checkIn(device, NEW);
  }
  // Devices enter, then the control does, which takes as long as installs take.
  await pass(2);
  await pass(2);
  await pass(16);
  for (const device of await membersOf(0)) if (fails(device)) await say(device, 'rolled-back');
  await pass(16);
}

describe('a halted rollout', () => {
  test('names the value, and goes on without it: those devices are held or sent back, with the reason', async () => {
    await takeIt((device) => brokerOf(device) === BAD.value);
    const halted = await view();
    expect(halted.phase).toBe('halted');
    expect(halted.blame[0]).toMatchObject(BAD);
    expect(halted.trial.evidence).toBeGreaterThan(1);

    const going = await exclude();
    expect(going).toMatchObject({ phase: 'soaking', excluded: [BAD] });
    expect(going.trial.evidence ?? 0).toBeLessThan(1);
    expect(going.stages[0]?.evidence.rolledBack).toBe(0);
    const { counters, recount } = await countersAndRecount(plane.database.pool);
    expect(counters).toEqual(recount);

    const [untouched] = (await membersOf(1)).filter((device) => brokerOf(device) === BAD.value);
    const [running] = (await membersOf(0)).filter((device) => brokerOf(device) === BAD.value);
    expect(await checkIn(untouched ?? '')).toContain('their broker drops sessions');
    expect(await checkIn(running ?? '', NEW)).toContain('"kind":"recall"');
    await expect(exclude()).rejects.toThrow('excluded already');
  });

  test('does not go on without a value that is not the reason, and nothing is changed', async () => {
    await takeIt((device) => numberOf(device) % 2 === 0);
    const halted = await view();
    expect(halted.phase).toBe('halted');
    await expect(exclude()).rejects.toThrow('evidence against the release is still');
    const after = await view();
    expect(after).toMatchObject({ phase: 'halted', excluded: [], trial: halted.trial });
  });

  test('does not exclude what no device has', async () => {
    await takeIt((device) => brokerOf(device) === BAD.value);
    await expect(exclude({ attribute: 'broker', value: 'hivemq' })).rejects.toThrow(
      'no device of the rollout has',
    );
    expect((await view()).phase).toBe('halted');
  });
});

describe('an exclusion leaves somebody to go on with:', () => {
  const GOOD = { attribute: 'broker', value: 'mosquitto 2.0.22' };
  const move = (set: string, where: string) =>
    plane.database.pool.query(
      `UPDATE members SET ${set} WHERE rollout = $1 AND ${where.replaceAll('BAD', `environment ->> 'broker' = '${BAD.value}'`)}`,
      [rollout],
    );
  const nothingChanged = async () => {
    expect((await view()).excluded).toEqual([]);
    const { rows } = await plane.database.pool.query(`SELECT 1 FROM members WHERE state = 'excluded'`);
    expect(rows).toEqual([]);
  };

  test('slice after slice, the last one is refused', async () => {
    expect((await exclude()).excluded).toEqual([BAD]);
    await expect(exclude(GOOD)).rejects.toThrow('no device would be left that is offered the release');
    const after = await view();
    expect(after.excluded).toEqual([BAD]);
    expect(after.stages[0]?.evidence.offered).toBeGreaterThan(0);
    const { counters, recount } = await countersAndRecount(plane.database.pool);
    expect(counters).toEqual(recount);
  });

  test('two at once that would leave nobody: one is refused', async () => {
    const done = await Promise.allSettled([exclude(), exclude(GOOD)]);
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await view()).excluded).toHaveLength(1);
  });

  test('a stage that is open keeps a device to judge by', async () => {
    await move('stage = 1', 'stage = 0 AND NOT (BAD)');
    await expect(exclude()).rejects.toThrow('no device of stage 1 would be left to judge the release by');
    await nothingChanged();
  });

  test('the control keeps a device to compare with', async () => {
    await move('stage = 0', 'stage > 0 AND NOT (BAD)');
    await expect(exclude()).rejects.toThrow('no device would be left to compare with');
    await nothingChanged();
  });

  test('nobody can be missed from a control that was empty before', async () => {
    await move('stage = 0', 'stage > 0');
    expect((await exclude()).excluded).toEqual([BAD]);
  });
});

describe('excluded devices that run the release', () => {
  const finish = (phase: string) =>
    plane.database.pool.query(
      `UPDATE rollouts SET phase = $2, state = jsonb_set(state, '{phase}', to_jsonb($2::text)) WHERE rollout = $1`,
      [rollout, phase],
    );
  const running = async () => (await membersOf(0)).filter((device) => brokerOf(device) === BAD.value);

  test('are sent back after the rollout has completed, once, and the others are not', async () => {
    await takeIt(() => false);
    await exclude();
    await finish('completed');
    const [device = '', ...others] = await running();
    const [kept = ''] = (await membersOf(0)).filter((one) => brokerOf(one) !== BAD.value);
    expect(await checkIn(kept, NEW)).toContain('"kind":"none"');
    for (const other of others) expect(await checkIn(other, NEW)).toContain('"kind":"recall"');
    expect(await checkIn(device, NEW)).toContain('"kind":"recall"');
    await checkIn(device);
    // Whoever is back is no longer concerned: the same version may come again by another rollout.
    expect(await checkIn(device, NEW)).toContain('"kind":"none"');
    // And what was counted stays.
    await say(kept, 'rolled-back');
    expect((await view()).stages[0]?.evidence.rolledBack).toBe(0);
  });

  test('that were on their way when it completed are sent back, too', async () => {
    const [device = ''] = await running();
    await checkIn(device);
    await exclude();
    await finish('completed');
    await say(device, 'installed');
    expect(await checkIn(device, NEW)).toContain('"kind":"recall"');
  });

  test('are waited for by a recall, until they are back', async () => {
    await takeIt(() => false);
    await exclude();
    await plane.client.call('recallRollout', { params: { rollout }, body: { because: 'all of it' } });
    const excluded = await running();
    for (const device of await membersOf(0)) if (!excluded.includes(device)) await checkIn(device);
    await tickAll(plane.context);
    expect((await view()).phase).toBe('recalling');
    for (const device of excluded) await checkIn(device);
    await tickAll(plane.context);
    expect((await view()).phase).toBe('recalled');
  });

  test('and had gone back by themselves are not waited for', async () => {
    await takeIt((device) => brokerOf(device) === BAD.value);
    await exclude();
    await plane.client.call('recallRollout', { params: { rollout }, body: { because: 'all of it' } });
    for (const device of await membersOf(0)) if (brokerOf(device) !== BAD.value) await checkIn(device);
    await tickAll(plane.context);
    expect((await view()).phase).toBe('recalled');
  });
});
