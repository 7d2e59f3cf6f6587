/** What a device's page says is what the device is told. */
import type { CheckIn, Offer } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import {
  deviceSide,
  enrolDevices,
  NEW,
  outcome,
  report,
  setPhase,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
  await enrolDevices(plane.database.pool, 3);
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await plane.database.pool.query(
    'TRUNCATE rollouts, members, outcomes, device_events, evidence_counts, evidence_flow CASCADE',
  );
  await plane.database.pool.query('UPDATE devices SET report = NULL, report_hash = NULL, held = NULL');
});

const view = (device = 'd0') => plane.client.call('viewDevice', { params: { device } });
const told = async (body: CheckIn, device = 'd0'): Promise<Offer> => {
  const side = deviceSide(plane.database, plane.clock);
  const answer = await side.door.answer('check-in', tokenOf(device), Buffer.from(JSON.stringify(body)));
  return (JSON.parse(answer.body) as { offer: Offer }).offer;
};

test('who never reported is told nothing', async () => {
  expect((await view()).offer).toMatchObject({ kind: 'none', because: 'It has not reported yet.' });
});

test.each<[string, CheckIn, () => Promise<unknown>]>([
  ['concerns no rollout', report(), async () => undefined],
  ['is offered the release', report(), () => startRollout(plane.database.pool, ['d0', 'd1'])],
  ['is of a later stage', report(), () => startRollout(plane.database.pool, ['d1', 'd0'])],
  ['is unwell', report({ health: { ok: false } }), () => startRollout(plane.database.pool, ['d0', 'd1'])],
  ['went back', report({ rolledBackFrom: [NEW] }), () => startRollout(plane.database.pool, ['d0', 'd1'])],
  ['runs it already', report({}, NEW), () => startRollout(plane.database.pool, ['d0', 'd1'])],
  ['is in a halted rollout', report(), () => startRollout(plane.database.pool, ['d0'], 'halted')],
  [
    'is sent back',
    report({}, NEW),
    async () => {
      await startRollout(plane.database.pool, ['d0', 'd1']);
      await setPhase(plane.database.pool, 'recalling');
    },
  ],
  [
    'is held',
    report(),
    async () => {
      await startRollout(plane.database.pool, ['d0', 'd1']);
      await plane.database.pool.query(`UPDATE devices SET held = 'in the lab' WHERE device = 'd0'`);
    },
  ],
])('a device that %s reads on its page what it hears', async (_, body, prepare) => {
  await prepare();
  const offer = await told(body);
  const shown = (await view()).offer;
  expect(shown.kind).toBe(offer.kind);
  if (offer.kind === 'none') expect(shown.because).toBe(offer.because);
  else
    expect(shown).toMatchObject({ version: offer.version, because: expect.stringContaining(offer.rollout) });
});

test('the page says why a second try would be refused, and changes nothing', async () => {
  await startRollout(plane.database.pool, ['d0', 'd1']);
  await told(report());
  const side = deviceSide(plane.database, plane.clock);
  for (const kind of ['installed', 'rolled-back'] as const)
    await side.door.answer('outcomes', tokenOf('d0'), Buffer.from(JSON.stringify(outcome(kind))));
  await told(report({ rolledBackFrom: [NEW], updates: 1 }));
  expect((await view()).retries).toEqual([{ release: NEW, refused: null }]);
  await setPhase(plane.database.pool, 'halted');
  expect((await view()).retries[0]?.refused).toMatchObject({ code: 'not-offered' });
  const { rows } = await plane.database.pool.query('SELECT max(retries) AS retries FROM members');
  expect(rows).toEqual([{ retries: 0 }]);
});
