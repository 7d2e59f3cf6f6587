/** The bad night, from the installation of trust to the recall, over HTTP and with real reports. */
import { routes } from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstBroken } from '@tuesday/trust';
import { publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import type { DeviceSide } from '../ingest/assembly.ts';
import { freeHands } from '../testing/policy.ts';
import { deviceSide, enrolDevices, NEW, OLD, outcome, report, tokenOf } from '../testing/fleet.ts';
import { tickAll } from './tick.ts';

const COUNT = 200;
const plan = {
  name: 'session client',
  release: NEW,
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '48h' },
  ],
};

let plane: TestPlane;
let side: DeviceSide;
let devices: string[];

beforeAll(async () => {
  plane = await testPlane();
  await publishTwo(plane);
  side = deviceSide(plane.database, plane.clock);
  devices = await enrolDevices(plane.database.pool, COUNT);
  for (const [index, device] of devices.entries()) await checkIn(device, OLD, brokerOf(index));
});
afterAll(async () => {
  await side.stop();
  await plane[Symbol.asyncDispose]();
});

const brokerOf = (index: number) => (index % 4 === 0 ? 'mosquitto 2.0.15' : 'mosquitto 2.0.18');

async function checkIn(device: string, version: string, broker: string): Promise<string> {
  const body = report({ environment: { broker } }, version);
  const answer = await side.door.answer('check-in', tokenOf(device), Buffer.from(JSON.stringify(body)));
  expect(answer.status, answer.body).toBe(200);
  return answer.body;
}

async function say(rollout: string, device: string, kind: 'installed' | 'rolled-back', offer = 'u1') {
  const running = (offer === 'u1') === (kind === 'installed') ? NEW : OLD;
  const body = outcome(kind, { rollout, offer: `${rollout}.${offer}`, running });
  const answer = await side.door.answer('outcomes', tokenOf(device), Buffer.from(JSON.stringify(body)));
  expect(answer.status, answer.body).toBe(200);
}

describe('a release that breaks one broker version', () => {
  test('is caught in the first stage, names the version, halts, and is recalled by one person', async () => {
    const { client, context } = plane;
    const check = await client.call('checkPlan', { body: plan });
    expect(check.devices).toBe(COUNT);
    const { rollout } = await client.call('createRollout', { body: plan });
    const started = await client.call('startRollout', { params: { rollout }, body: {} });
    expect(started).toMatchObject({ phase: 'scheduled', devices: COUNT });
    expect(started.stages[0]?.size).toBe(check.stages[0]?.size);
    expect(started.because).toContain('Started by carol with 200 devices');
    await setCalendar();
    expect(await tickAll(context)).toEqual(new Map([[rollout, 'events']]));
    expect(await client.call('viewRollout', { params: { rollout } })).toMatchObject({
      phase: 'soaking',
      stage: 0,
    });

    const first = await stageMembers(rollout);
    expect(first.length).toBe(check.stages[0]?.size);
    for (const device of first) {
      const broken = Number(device.slice(1)) % 4 === 0;
      expect(await checkIn(device, OLD, brokerOf(Number(device.slice(1))))).toContain('"kind":"update"');
      await say(rollout, device, 'installed');
      if (broken) await say(rollout, device, 'rolled-back');
    }
    expect(await tickAll(context)).toEqual(new Map([[rollout, 'events']]));
    const halted = await client.call('viewRollout', { params: { rollout } });
    expect(halted.phase).toBe('halted');
    expect(halted.because).toContain('mosquitto 2.0.15');
    expect(halted.exposed).toBe(first.length);
    expect(halted.harmed).toBe(first.filter((device) => Number(device.slice(1)) % 4 === 0).length);
    expect(await tickAll(context)).toEqual(new Map());

    await client.call('recallRollout', { params: { rollout }, body: { because: 'customers are cold' } });
    const onRelease = first.filter((device) => Number(device.slice(1)) % 4 !== 0);
    expect(await tickAll(context)).toEqual(new Map([[rollout, 'nothing']]));
    const recalling = await client.call('viewRollout', { params: { rollout } });
    expect(recalling.because).toContain(`${onRelease.length} devices`);
    for (const device of onRelease) {
      expect(await checkIn(device, NEW, brokerOf(Number(device.slice(1))))).toContain('"kind":"recall"');
      await say(rollout, device, 'installed', 'r1');
      await checkIn(device, OLD, brokerOf(Number(device.slice(1))));
    }
    expect(await tickAll(context)).toEqual(new Map([[rollout, 'events']]));
    const over = await client.call('viewRollout', { params: { rollout } });
    expect(over.phase).toBe('recalled');
    expect(over.events.map(({ event }) => event.kind)).toEqual([
      'started',
      'stage-opened',
      'halted',
      'recall-started',
      'recall-finished',
    ]);
    expect(routes.viewRollout.answer.parse(over)).toEqual(over);
  });

  test('leaves an unbroken log that names who did what', async () => {
    const { entries } = await plane.client.call('listAudit', { query: { limit: 1_000 } });
    expect(firstBroken(entries)).toBeNull();
    const told = entries.map(({ actor, verb }) => `${actor} ${verb}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'carol trust.install',
        'carol release.publish',
        'carol rollout.create',
        'carol rollout.start',
        'judge rollout.stage-opened',
        'judge rollout.halted',
        'carol rollout.recall',
        'judge rollout.recall-finished',
      ]),
    );
    const changed = entries.map((entry, index) => (index === 3 ? { ...entry, actor: 'nobody' } : entry));
    expect(firstBroken(changed)).toBe(4);
  });

  test('announces every step through the outbox', async () => {
    const { rows } = await plane.database.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox');
    expect(rows[0]?.n).toBe(5);
  });
});

/** Open all week, so that the story does not wait. */
async function setCalendar(): Promise<void> {
  await plane.client.call('setPolicy', {
    body: {
      policy: freeHands(),
      because: 'a test',
    },
  });
}

async function stageMembers(rollout: string): Promise<string[]> {
  const { rows } = await plane.database.pool.query<{ device: string }>(
    'SELECT device FROM members WHERE rollout = $1 AND stage = 0 ORDER BY device',
    [rollout],
  );
  return rows.map(({ device }) => device);
}
