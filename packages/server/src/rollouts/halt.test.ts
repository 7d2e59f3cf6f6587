import { checkInAnswerSchema, isRefused, type Offer } from '@tuesday/protocol';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firstBroken } from '@tuesday/trust';
import { listAudit } from '../audit/list.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import type { DeviceSide } from '../ingest/assembly.ts';
import { deviceSide, enrolDevices, report, setPhase, startRollout, tokenOf } from '../testing/fleet.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { haltRollout } from './halt.ts';
import { settleHalts, writeHalt } from './write-halt.ts';

const ROLLOUT = 'r-test';
const params = { rollout: ROLLOUT };
const body = { because: 'smoke' };

let plane: TestPlane;
let side: DeviceSide;
let people: Record<'bob' | 'carol' | 'vera', TestPerson>;

beforeAll(async () => {
  plane = await testPlane();
  side = deviceSide(plane.database, plane.clock, [], plane.context.stops);
  people = {
    bob: await addPerson(plane, 'bob', ['operator']),
    carol: await addPerson(plane, 'carol', ['commander']),
    vera: await addPerson(plane, 'vera', ['viewer', 'support', 'approver', 'admin']),
  };
  await startRollout(plane.database.pool, await enrolDevices(plane.database.pool, 20));
});
afterAll(async () => {
  await side.stop();
  await plane[Symbol.asyncDispose]();
});

beforeEach(async () => {
  plane.clock.time += 1_000;
  await setPhase(plane.database.pool, 'soaking');
  await plane.database.pool.query(`TRUNCATE rollout_events; UPDATE rollouts SET seq = 0, because = ''`);
  await settleHalts(plane.context);
});

async function offerTo(device = 'd0'): Promise<Offer> {
  const said = await side.door.answer('check-in', tokenOf(device), Buffer.from(JSON.stringify(report())));
  return checkInAnswerSchema.parse(JSON.parse(said.body)).offer;
}

async function phase(): Promise<string | undefined> {
  const { rows } = await plane.database.pool.query<{ phase: string }>('SELECT phase FROM rollouts');
  return rows[0]?.phase;
}

async function haltEntries(wanted = 'rollout.halt'): Promise<[string, string | null][]> {
  const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 5_000 });
  expect(firstBroken(entries)).toBeNull();
  const halts = entries.filter(({ verb, at }) => verb === wanted && at === plane.clock.time);
  return halts.map(({ because, person }) => [because, person]);
}

/** Holds what the statement locks until the act is over. */
async function holding(statement: string, act: () => Promise<void>): Promise<void> {
  const client: PoolClient = await plane.database.pool.connect();
  await client.query(`BEGIN; ${statement}`);
  try {
    await act();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('a halt', () => {
  test('is answered as durable when the database answers, and nothing leaves any more', async () => {
    expect((await offerTo()).kind).toBe('update');
    expect(await people.bob.client.call('haltRollout', { params, body })).toEqual({
      rollout: ROLLOUT,
      halted: true,
      durable: true,
      because: 'Halted by bob: smoke',
    });
    expect(await offerTo()).toMatchObject({ kind: 'none' });
    expect(await haltEntries()).toEqual([['Halted by bob: smoke', 'bob']]);
  });

  test('does not wait for whoever holds the row, and the database gets it afterwards', async () => {
    await holding(`SELECT FROM rollouts FOR UPDATE`, async () => {
      const { context } = plane;
      expect(await haltRollout(context, people.bob.actor, ROLLOUT, 'smoke', 100)).toMatchObject({
        halted: true,
        durable: false,
      });
      expect(await offerTo()).toEqual({ kind: 'none', because: 'Halted by bob: smoke' });
      expect(await phase()).toBe('soaking');
      await settleHalts(context);
      expect(context.stops.waiting()).toHaveLength(1);
    });
    await settleHalts(plane.context);
    expect(await phase()).toBe('halted');
    expect(plane.context.stops.waiting()).toEqual([]);
    expect(await haltEntries()).toEqual([['Halted by bob: smoke', 'bob']]);
    expect((await offerTo()).kind).toBe('none');
  });

  test('does not wait for a connection of a pool that others have used up', async () => {
    const taken = await Promise.all(Array.from({ length: 10 }, () => plane.database.pool.connect()));
    try {
      const answer = await people.carol.client.call('haltRollout', { params, body });
      expect(answer).toMatchObject({ durable: true, because: 'Halted by carol: smoke' });
    } finally {
      for (const client of taken) client.release();
    }
    expect(await phase()).toBe('halted');
  });

  test('holds for a report that was judged before it and is answered after it', async () => {
    let late: Promise<Offer> | undefined;
    await holding('LOCK TABLE members IN ACCESS EXCLUSIVE MODE', async () => {
      late = offerTo('d2');
      await waitingFor('members');
      expect(await people.bob.client.call('haltRollout', { params, body })).toMatchObject({ durable: true });
    });
    expect(await late).toEqual({ kind: 'none', because: 'Halted by bob: smoke' });
  });

  test('of two people at once happens once, and both are told', async () => {
    const both = await Promise.all(
      [people.bob, people.carol].map(({ client }) => client.call('haltRollout', { params, body })),
    );
    expect(both.map(({ halted, durable }) => [halted, durable])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(new Set(both.map(({ because }) => because)).size).toBe(1);
    expect(await haltEntries()).toHaveLength(1);
  });

  test('of two people while the row is held puts both into the log, however often it is tried', async () => {
    const { context } = plane;
    await holding(`SELECT FROM rollouts FOR UPDATE`, async () => {
      for (const { actor } of [people.bob, people.carol])
        expect(await haltRollout(context, actor, ROLLOUT, 'smoke', 50)).toMatchObject({ durable: false });
    });
    const pressed = context.stops.waiting();
    expect(pressed).toHaveLength(2);
    await settleHalts(context);
    for (const halt of [...pressed, ...pressed]) await writeHalt(context, halt);
    expect(await haltEntries()).toHaveLength(1);
    expect(await haltEntries('rollout.halt-again')).toHaveLength(1);
    expect(context.stops.waiting()).toEqual([]);
  });

  test('a second time is told who halted it', async () => {
    await people.bob.client.call('haltRollout', { params, body });
    plane.clock.time += 1_000;
    const again = await people.carol.client.call('haltRollout', { params, body });
    expect(again.because).toBe('Halted by bob: smoke');
    expect(await haltEntries()).toEqual([]);
    expect(await haltEntries('rollout.halt-again')).toEqual([['Halted by carol: smoke', 'carol']]);
  });

  test('that is tried again after people went on without a slice stops nothing again', async () => {
    const halt = {
      rollout: ROLLOUT,
      at: plane.clock.time,
      actor: people.bob.actor,
      because: 'Halted by bob: smoke',
    };
    await writeHalt(plane.context, halt);
    await setPhase(plane.database.pool, 'soaking');
    await settleHalts(plane.context);
    expect((await offerTo()).kind).toBe('update');
    expect(isRefused(await writeHalt(plane.context, halt))).toBe(false);
    expect(await phase()).toBe('soaking');
  });

  test.each(['draft', 'completed', 'recalling'] as const)(
    'of a rollout that is %s is refused, and leaves nothing',
    async (is) => {
      await setPhase(plane.database.pool, is);
      const refused = await haltRollout(plane.context, people.bob.actor, ROLLOUT, 'smoke');
      expect(refused).toMatchObject({ refused: { code: 'wrong-phase' } });
      expect(plane.context.stops.sentenceOf(ROLLOUT)).toBeUndefined();
    },
  );

  test('of a rollout that is not there is refused', async () => {
    const refused = await haltRollout(plane.context, people.bob.actor, 'r-none', 'smoke');
    expect(refused).toMatchObject({ refused: { code: 'not-found' } });
    expect(plane.context.stops.sentenceOf('r-none')).toBeUndefined();
  });

  test('by somebody who may only look, support, consent and administer is refused', async () => {
    await expect(people.vera.client.call('haltRollout', { params, body })).rejects.toMatchObject({
      status: 403,
    });
    expect((await offerTo()).kind).toBe('update');
  });

  test.each(['rollouts', 'rollout_events', 'outbox', 'installation.audit_entries'])(
    'that is cut off as it writes %s holds, and is written whole later',
    async (table) => {
      const { pool } = plane.database;
      await pool.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`);
      await pool.query(
        `CREATE TRIGGER cut BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION cut()`,
      );
      const answer = await haltRollout(plane.context, people.bob.actor, ROLLOUT, 'smoke');
      await pool.query('DROP FUNCTION cut CASCADE');
      expect(answer).toMatchObject({ halted: true, durable: false });
      expect(await phase()).toBe('soaking');
      expect((await offerTo()).kind).toBe('none');
      await settleHalts(plane.context);
      expect(await phase()).toBe('halted');
      expect(await haltEntries()).toHaveLength(1);
    },
  );
});

/** Until somebody waits for a lock on the table. */
async function waitingFor(table: string): Promise<void> {
  for (;;) {
    const { rows } = await plane.database.pool.query(
      `SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass`,
      [table],
    );
    if (rows.length > 0) return;
  }
}
