import { JUDGE } from '../audit/actor.ts';
import { isRefused, type RolloutEvent } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firstBroken } from '@tuesday/trust';
import { listAudit } from '../audit/list.ts';
import { openDatabase } from '../db/pool.ts';
import { publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { deliverOnce } from '../outbox/deliver.ts';
import { freeHands } from '../testing/policy.ts';
import { enrolDevices, NEW, report } from '../testing/fleet.ts';
import { apply, loadRollout } from './apply.ts';
import { createRollout } from './create.ts';
import { haltRollout } from './halt.ts';
import { startRollout } from './start.ts';
import { tick } from './tick.ts';
import { viewRollout } from './view.ts';

const COUNT = 12_000;
const plan = {
  name: 'p',
  release: NEW,
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '24h' },
  ],
};

let plane: TestPlane;
let rollout: string;

beforeAll(async () => {
  plane = await testPlane();
  await publishTwo(plane);
  await enrolDevices(plane.database.pool, COUNT);
  await plane.database.pool.query('UPDATE devices SET report = $1', [JSON.stringify(report())]);
  await plane.client.call('setPolicy', {
    body: {
      because: 'a test',
      policy: freeHands({ zone: 'UTC', windows: [{ days: ['tuesday'], from: '00:00', to: '24:00' }] }),
    },
  });
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  await plane.database.pool.query(
    `TRUNCATE rollouts, rollout_events, members, evidence_counts, outbox CASCADE`,
  );
  rollout = await draft();
});

async function draft(): Promise<string> {
  const view = await plane.client.call('createRollout', { body: plan });
  return view.rollout;
}

async function start(id = rollout) {
  return startRollout(plane.context, plane.actor, id);
}

async function count(table: string): Promise<number> {
  const { rows } = await plane.database.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0]?.n ?? 0;
}

describe('a start outside the window', () => {
  // Friday, 17:30.
  const friday = Date.UTC(2026, 10, 20, 17, 30);
  const tuesday = Date.UTC(2026, 10, 24, 0, 0);
  beforeEach(() => void (plane.clock.time = friday));
  afterAll(() => void (plane.clock.time = Date.UTC(2026, 10, 24, 9)));

  test('is refused with its reason and the earliest time, and nothing is written', async () => {
    const refused = await start();
    expect(refused).toEqual({
      refused: {
        code: 'outside-window',
        because:
          'Friday 17:30 UTC is outside the change window (Tuesday 00:00–24:00). The next opening is Tue 24 Nov 00:00.',
        try: `start it Tue 24 Nov 00:00, or now with tuesday rollout start ${rollout} --schedule: it waits for the window then`,
      },
    });
    expect(await count('members')).toBe(0);
  });

  test('of everybody at once says so, too', async () => {
    const body = { ...plan, stages: [{ share: 1, soak: '24h' }] };
    const { rollout: everybody } = await plane.client.call('createRollout', { body });
    const refused = await start(everybody);
    expect(isRefused(refused) && refused.refused.because).toContain('everybody at once');
  });

  test('goes through when it is scheduled, and the first stage opens with the window, not before', async () => {
    const view = await startRollout(plane.context, plane.actor, rollout, { schedule: true });
    expect(view).toMatchObject({ phase: 'scheduled', devices: COUNT });
    plane.clock.time = tuesday - 1;
    expect(await tick(plane.context, rollout)).toBe('nothing');
    const waiting = await plane.client.call('viewRollout', { params: { rollout } });
    expect(waiting).toMatchObject({ phase: 'scheduled', lookAgainAt: tuesday });
    plane.clock.time = tuesday;
    expect(await tick(plane.context, rollout)).toBe('events');
  });

  test('is weighed: the hour is high, the opening is named, and industry figures stand apart', async () => {
    const { facts, context } = await plane.client.call('viewRisk', { params: { rollout } });
    const of = (what: string) => facts.find((fact) => fact.what === what);
    expect(of('weekday and hour')).toMatchObject({ level: 'high' });
    expect(of('opening')?.because).toBe('The first stage waits until Tue 24 Nov 00:00 (UTC).');
    expect(of('size')?.because).toBe(
      `The first of 2 stages takes 10 % of the fleet. ${COUNT / 10} of ${COUNT} devices.`,
    );
    expect(of('version step')).toMatchObject({
      level: 'calm',
      because: 'From 3.2.4 to 3.2.5: a patch step.',
    });
    expect(of('parity')).toMatchObject({ level: 'unknown' });
    expect(JSON.stringify(facts)).not.toContain('survey');
    expect(context.every(({ source }) => source.startsWith('2023 survey of 340 companies'))).toBe(true);
    const check = await plane.client.call('checkPlan', { body: plan });
    expect(check.risk?.facts.map(({ what }) => what)).toEqual(facts.map(({ what }) => what));
  });
});

describe('a start', () => {
  test('gives every device one stage, and the counters say the same', async () => {
    const view = await start();
    if (isRefused(view)) throw new Error(view.refused.because);
    const { rows } = await plane.database.pool.query<{ stage: number; n: number; counted: number }>(
      `SELECT m.stage, count(*)::int AS n, (SELECT devices FROM evidence_counts c WHERE c.rollout = $1
         AND c.stage = m.stage AND attribute = '' AND state = 'waiting') AS counted
       FROM members m WHERE rollout = $1 GROUP BY m.stage ORDER BY m.stage`,
      [rollout],
    );
    expect(rows.map(({ n }) => n)).toEqual([...view.stages.map(({ size }) => size), COUNT * 0.02]);
    expect(rows.map(({ counted }) => counted)).toEqual(rows.map(({ n }) => n));
  });

  test('of two at once is one, and the other finds the fleet busy', async () => {
    const other = await draft();
    const results = await Promise.all([start(rollout), start(other)]);
    const refused = results.filter(isRefused).map((result) => result.refused.code);
    expect(refused).toEqual(['fleet-busy']);
    expect(await count('members')).toBe(COUNT);
  });

  test('of one rollout twice at once happens once', async () => {
    const results = await Promise.all([start(), start()]);
    expect(results.filter(isRefused).map((result) => result.refused.code)).toEqual(['wrong-phase']);
    expect(await count('rollout_events')).toBe(1);
  });

  test('ends a rollout that only watches, and leaves a halted one halted', async () => {
    await start();
    await haltRollout(plane.context, plane.actor, rollout, 'smoke');
    const second = await draft();
    expect(await start(second)).toMatchObject({ phase: 'scheduled' });
    await plane.database.pool.query(
      `UPDATE rollouts SET phase = 'watching', state = jsonb_set(state, '{phase}', '"watching"') WHERE rollout = $1`,
      [second],
    );
    const third = await draft();
    expect(await start(third)).toMatchObject({ phase: 'scheduled' });
    expect(await viewRollout(plane.context, rollout)).toMatchObject({ phase: 'halted' });
    expect(await viewRollout(plane.context, second)).toMatchObject({
      phase: 'completed',
      because: `superseded by ${third}`,
    });
  });
});

describe('the shell', () => {
  test('of two servers decides once, however often both tick', async () => {
    await start();
    const second = openDatabase(plane.database.url);
    try {
      const shells = [plane.context, { ...plane.context, db: second.db }];
      const ticks = Array.from({ length: 200 }, (_, index) =>
        tick(shells[index % 2] ?? plane.context, rollout),
      );
      const ticked = await Promise.all(ticks);
      expect(ticked.filter((result) => result === 'events').length).toBe(1);
      const view = await viewRollout(plane.context, rollout);
      expect(view).toMatchObject({ phase: 'soaking', stage: 0 });
      expect(await count('rollout_events')).toBe(2);
    } finally {
      await second.close();
    }
  });

  test('writes nothing when nothing changed', async () => {
    await start();
    await tick(plane.context, rollout);
    await tick(plane.context, rollout);
    const stamp = 'SELECT xmin::text AS stamp FROM rollouts WHERE rollout = $1';
    const before = await plane.database.pool.query(stamp, [rollout]);
    expect(await tick(plane.context, rollout)).toBe('nothing');
    expect((await plane.database.pool.query(stamp, [rollout])).rows).toEqual(before.rows);
  });

  const steps = ['rollouts', 'rollout_events', 'outbox', 'installation.audit_entries'] as const;
  test.each(steps)('that is cut off as it writes %s leaves nothing half done', async (table) => {
    await start();
    const { pool } = plane.database;
    const before = await Promise.all(steps.map(count));
    await pool.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`);
    await pool.query(
      `CREATE TRIGGER cut BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION cut()`,
    );
    await expect(tick(plane.context, rollout)).rejects.toThrow(/terminat/);
    await pool.query('DROP FUNCTION cut CASCADE');
    expect(await Promise.all(steps.map(count))).toEqual(before);
    expect(await viewRollout(plane.context, rollout)).toMatchObject({ phase: 'scheduled', stage: null });
    expect(await tick(plane.context, rollout)).toBe('events');
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 1_000 });
    expect(firstBroken(entries)).toBeNull();
  });

  test('does not write over what somebody else decided meanwhile', async () => {
    await start();
    const row = await loadRollout(plane.database.db, rollout);
    if (isRefused(row)) throw new Error(row.refused.because);
    await haltRollout(plane.context, plane.actor, rollout, 'smoke');
    const events: RolloutEvent[] = [{ kind: 'stage-opened', stage: 0 }];
    const late = { events, at: 1, actor: JUDGE, because: 'late', verb: 'rollout.stage-opened' };
    expect(await plane.database.db.transaction().execute((trx) => apply(trx, row, late))).toMatchObject({
      refused: { code: 'conflict' },
    });
  });
});

describe('each verb', () => {
  test('has its own entry in the log, with actor and reason', async () => {
    const { client } = plane;
    const params = { rollout };
    await start();
    await client.call('pauseRollout', { params, body: { because: 'lunch' } });
    await client.call('resumeRollout', { params, body: { because: 'back' } });
    await client.call('haltRollout', { params, body: { because: 'smoke' } });
    await client.call('recallRollout', { params, body: { because: 'cold' } });
    const other = await createRollout(plane.context, plane.actor, (await view()).plan);
    if (isRefused(other)) throw new Error(other.refused.because);
    await client.call('cancelRollout', { params: { rollout: other.rollout }, body: { because: 'typo' } });
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 1_000 });
    const told = entries.slice(-8).map(({ actor, verb, because }) => [actor, verb, because]);
    expect(told).toMatchObject([
      ['carol', 'rollout.start', expect.stringContaining('12000 devices')],
      ['carol', 'rollout.pause', 'Paused by carol: lunch'],
      ['carol', 'rollout.resume', 'Resumed by carol: back'],
      ['carol', 'incident.open', 'Halted by carol: smoke'],
      ['carol', 'rollout.halt', 'Halted by carol: smoke'],
      ['carol', 'rollout.recall', 'Recalled by carol: cold'],
      ['carol', 'rollout.create', expect.any(String)],
      ['carol', 'rollout.cancel', 'Cancelled by carol: typo'],
    ]);
  });

  async function view() {
    return plane.client.call('viewRollout', { params: { rollout } });
  }
});

describe('the outbox', () => {
  test('delivers each effect once, by whichever server comes first', async () => {
    await start();
    await tick(plane.context, rollout);
    let delivered = 0;
    const deliver = async () => void delivered++;
    await Promise.all(Array.from({ length: 8 }, () => deliverOnce(plane.context, deliver)));
    expect(delivered).toBe(2);
  });

  test('keeps what could not be delivered, and tries it again', async () => {
    await start();
    const fails = async () => Promise.reject(new Error('no broker'));
    expect(await deliverOnce({ ...plane.context, random: () => 0 }, fails)).toBe(0);
    expect(await deliverOnce(plane.context, async () => undefined)).toBe(1);
    expect(await deliverOnce(plane.context, async () => undefined)).toBe(0);
  });
});
