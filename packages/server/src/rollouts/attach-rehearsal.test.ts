import type { Phase, Rehearsal } from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices, report } from '../testing/fleet.ts';

const rehearsal: Rehearsal = {
  at: 1_795_510_800_000,
  seed: 3,
  runs: 200,
  devices: 12_000,
  source: 'an example',
  rows: [
    {
      fault: 'incident',
      what: 'one broker version drops sessions',
      haltedInFirst: 0.99,
      haltedBeforeLast: 1,
      halted: 1,
      harmedMedian: 4,
      harmedP95: 9,
      exposedMedian: 40,
      medianHoursToHalt: 3.5,
      named: 0.98,
    },
  ],
};

let plane: TestPlane;
let rollout: string;

beforeAll(async () => {
  plane = await testPlane();
  await publishTwo(plane);
  await enrolDevices(plane.database.pool, 10);
  await plane.database.pool.query('UPDATE devices SET report = $1', [JSON.stringify(report())]);
  const body = { name: 'rehearsed', release: '3.2.5', stages: [{ share: 1, soak: '24h' }] };
  ({ rollout } = await plane.client.call('createRollout', { body }));
});
afterAll(() => plane[Symbol.asyncDispose]());

const attach = (body: Rehearsal, to = rollout) =>
  plane.client.call('attachRehearsal', { params: { rollout: to }, body });

async function stand(phase: Phase): Promise<void> {
  await plane.database.pool.query(
    `UPDATE rollouts SET phase = $2, state = state || jsonb_build_object('phase', $2::text) WHERE rollout = $1`,
    [rollout, phase],
  );
}

describe('a rehearsal', () => {
  test('stands beside the rollout, word for word, and in the audit log', async () => {
    expect((await attach(rehearsal)).rehearsal).toEqual(rehearsal);
    const { entries } = await plane.client.call('listAudit', { query: {} });
    expect(entries.at(-1)).toMatchObject({
      actor: plane.actor.label,
      verb: 'rollout.rehearse',
      object: `rollout ${rollout}`,
      because: 'rehearsed 200 times for each fault, seed 3',
      after: rehearsal,
    });
  });

  test('is replaced by a later one', async () => {
    await attach(rehearsal);
    expect((await attach({ ...rehearsal, seed: 4 })).rehearsal?.seed).toBe(4);
  });

  test.each<[Phase, boolean]>([
    ['draft', true],
    ['scheduled', true],
    ['soaking', false],
    ['watching', false],
    ['halted', false],
    ['recalling', false],
    ['completed', false],
    ['recalled', false],
    ['cancelled', false],
  ])('of a rollout that is %s: attached %s', async (phase, attached) => {
    await stand('draft');
    await attach({ ...rehearsal, seed: 1 });
    await stand(phase);
    const answer = attach({ ...rehearsal, seed: 2 });
    if (attached) await answer;
    else await expect(answer).rejects.toThrow(`is ${phase}; a rehearsal is for before it opens`);
    const view = await plane.client.call('viewRollout', { params: { rollout } });
    expect(view.rehearsal?.seed).toBe(attached ? 2 : 1);
  });

  test('of a rollout that nobody knows is refused', async () => {
    await expect(attach(rehearsal, 'r-none')).rejects.toThrow('r-none');
  });
});
