import type { CheckIn, Offer, Outcome, RefusalCode } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listAudit } from '../audit/list.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import type { DeviceSide } from '../ingest/assembly.ts';
import { isEligible, termsOf } from '../rollouts/eligible.ts';
import {
  countersAndRecount,
  deviceSide,
  enrolDevices,
  memberStates,
  NEW,
  OLD,
  outcome,
  report,
  setPhase,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';

let plane: TestPlane;
let side: DeviceSide;

beforeAll(async () => {
  plane = await testPlane();
  await enrolDevices(plane.database.pool, 2);
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  const { pool } = plane.database;
  await pool.query('TRUNCATE rollouts, members, outcomes, evidence_counts, evidence_flow CASCADE');
  await pool.query('UPDATE devices SET report = NULL, report_hash = NULL, held = NULL');
  await startRollout(pool, ['d0', 'd1']);
  side = deviceSide(plane.database, plane.clock);
});

const back = report({ rolledBackFrom: [NEW] });
const post = async (verb: 'check-in' | 'outcomes', body: CheckIn | Outcome) =>
  side.door.answer(verb, tokenOf('d0'), Buffer.from(JSON.stringify(body)));
const offered = async (body: CheckIn) =>
  (JSON.parse((await post('check-in', body)).body) as { offer: Offer }).offer;
const retry = (release = NEW, device = 'd0') =>
  plane.client.call('retryDevice', {
    params: { device },
    body: { release, because: 'its flash was replaced' },
  });
const refusalOf = (answer: Promise<unknown>) =>
  answer.then(
    () => null,
    (error: { refusal?: { code: RefusalCode } }) => error.refusal?.code ?? String(error),
  );

/** d0 takes the release, goes back, and says so. */
async function rollBack(): Promise<void> {
  await post('check-in', report());
  await post('outcomes', outcome('installed'));
  await post('outcomes', outcome('rolled-back'));
  await post('check-in', back);
}

describe('a second try', () => {
  test('is offered once, and what comes of it leaves the evidence of the first as it was', async () => {
    await rollBack();
    expect(await offered(back)).toMatchObject({ kind: 'none' });
    await retry();
    // The same bytes as before: an answer from memory would say none.
    expect(await offered(back)).toMatchObject({
      kind: 'update',
      offer: 'r-test.u2',
      retry: true,
      device: 'd0',
    });
    await post('outcomes', outcome('installed', { offer: 'r-test.u2' }));
    expect(await offered(back), 'not over before its last word').toMatchObject({ offer: 'r-test.u2' });
    await post('outcomes', outcome('rolled-back', { offer: 'r-test.u2' }));
    expect(await offered(back)).toMatchObject({ kind: 'none' });
    await retry();
    expect(await offered(back)).toMatchObject({ kind: 'update', offer: 'r-test.u3' });
    await post('outcomes', outcome('confirmed', { offer: 'r-test.u3', running: NEW }));
    expect(await offered(report({}, NEW))).toMatchObject({ kind: 'none' });
    expect((await memberStates(plane.database.pool))['d0']).toBe('rolled-back');
    const { counters, recount } = await countersAndRecount(plane.database.pool);
    expect(counters).toEqual(recount);
  });

  test('is offered by a server that was restarted, too, and never by itself', async () => {
    await rollBack();
    side = deviceSide(plane.database, plane.clock);
    expect(await offered(back)).toMatchObject({ kind: 'none' });
    await retry();
    side = deviceSide(plane.database, plane.clock);
    expect(await offered(back)).toMatchObject({ offer: 'r-test.u2' });
  });

  test('waits for a halt to be over, which it never is', async () => {
    await rollBack();
    await retry();
    await setPhase(plane.database.pool, 'halted');
    expect(await offered(back)).toMatchObject({ kind: 'none' });
  });

  test('is in the audit log, with its reason', async () => {
    await rollBack();
    await retry();
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 5_000 });
    expect(entries.at(-1)).toMatchObject({
      verb: 'device.retry',
      object: 'device d0',
      because: 'its flash was replaced',
      after: { release: NEW, retries: 1 },
    });
  });

  test('that is allowed twice at the same time is allowed once', async () => {
    await rollBack();
    const answers = await Promise.all([refusalOf(retry()), refusalOf(retry()), refusalOf(retry())]);
    expect(answers.filter((code) => code === null)).toHaveLength(1);
    expect(answers.filter((code) => code === 'conflict')).toHaveLength(2);
  });

  test('that is allowed while the device reports is neither lost nor doubled', async () => {
    await rollBack();
    const reports = Array.from({ length: 20 }, (_, updates) => offered({ ...back, updates }));
    await Promise.all([...reports, retry()]);
    expect(await offered(back)).toMatchObject({ offer: 'r-test.u2' });
  });

  const refusals: [string, () => Promise<unknown>, RefusalCode][] = [
    ['of a device that is unknown', () => retry(NEW, 'd9'), 'not-found'],
    ['of a device that never reported', () => retry(NEW, 'd1'), 'never-tried'],
    [
      'of a release that the device never went back from',
      () => rollBack().then(() => retry('9.9.9')),
      'never-tried',
    ],
    [
      'where the rollout is halted',
      () =>
        rollBack()
          .then(() => setPhase(plane.database.pool, 'halted'))
          .then(() => retry()),
      'not-offered',
    ],
    [
      'where the device is a member of nothing',
      () =>
        rollBack()
          .then(() => plane.database.pool.query('DELETE FROM members'))
          .then(() => retry()),
      'not-offered',
    ],
    [
      'of a held device',
      () =>
        rollBack()
          .then(() => plane.database.pool.query(`UPDATE devices SET held = 'in the lab'`))
          .then(() => retry()),
      'not-offered',
    ],
    [
      'before the last one was used',
      () =>
        rollBack()
          .then(() => retry())
          .then(() => retry()),
      'conflict',
    ],
  ];

  test.each(refusals)('%s is refused', async (_, ask, code) => {
    expect(await refusalOf(ask())).toBe(code);
    const { rows } = await plane.database.pool.query<{ retries: number }>(
      'SELECT max(retries) AS retries FROM members',
    );
    expect(rows[0]?.retries ?? 0).toBe(code === 'conflict' ? 1 : 0);
  });
});

test('a device that went back from the release, or from its way back, is no member of a new rollout', () => {
  const manifest = (version: string) => ({ version, artifacts: [{ hardware: 'th-2' }] }) as never;
  const terms = termsOf(manifest(NEW), manifest(OLD));
  const candidate = (rolledBackFrom: string[], version = OLD) => ({
    hardware: 'th-2',
    held: null,
    report: report({ rolledBackFrom }, version),
  });
  expect(isEligible(candidate([]), terms)).toBe(true);
  expect(isEligible(candidate([NEW]), terms)).toBe(false);
  expect(isEligible(candidate([OLD], '3.2.3'), terms)).toBe(false);
});
