import { isRefused, type PolicyInput, type RolloutEvent } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listAudit } from '../audit/list.ts';
import { JUDGE } from '../audit/actor.ts';
import { openDatabase } from '../db/pool.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { addChannel } from '../notices/add-channel.ts';
import { writePolicy } from '../policy/policy.ts';
import { apply, loadRollout } from '../rollouts/apply.ts';
import { addPerson } from '../testing/people.ts';
import { freeHands } from '../testing/policy.ts';
import { begunRollout, clearRollouts, smallFleet } from '../testing/rollouts.ts';
import { acknowledgeHalt } from './acknowledge-halt.ts';
import { escalateHalts } from './escalate.ts';
import { wantWatch } from './want.ts';

const MINUTE = 60_000;
const TUESDAY = 1_795_510_800_000;

let plane: TestPlane;
let rollout: string;

beforeAll(async () => {
  plane = await testPlane();
  await smallFleet(plane);
  await addPerson(plane, 'alice', ['operator']);
  const to = { by: 'webhook', url: 'http://127.0.0.1:1/' } as const;
  // It wants something else, and hears of a halt that nobody answers all the same.
  await addChannel(plane.context, plane.actor, { name: 'quiet', kinds: ['test', 'watch-wanted'], to });
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  await clearRollouts(plane);
  plane.clock.time = TUESDAY;
  await writePolicy(plane.database.db, { ...freeHands(), watch: { required: false, escalateAfter: '15m' } });
  rollout = await begunRollout(plane);
});

const halt = () => plane.client.call('haltRollout', { params: { rollout }, body: { because: 'smoke' } });
const after = (minutes: number) => {
  plane.clock.time = TUESDAY + minutes * MINUTE;
  return escalateHalts(plane.context);
};
async function notices(): Promise<Array<{ kind: string; lines: string[] }>> {
  const { rows } = await plane.database.pool.query<{ notice: { kind: string; lines: string[] } }>(
    `SELECT effect -> 'notice' AS notice FROM outbox WHERE channel IS NOT NULL ORDER BY id`,
  );
  return rows.map(({ notice }) => notice);
}

describe('a halt that nobody answers', () => {
  test('goes to everybody when its time has come, once, and says what halted it', async () => {
    await halt();
    expect(await after(14)).toEqual([]);
    expect(await after(15)).toEqual([rollout]);
    expect(await after(16)).toEqual([]);
    expect(await notices()).toMatchObject([
      {
        kind: 'halt-unacknowledged',
        lines: ['Nobody has acknowledged the halt for 15 minutes.', 'Halted by carol: smoke'],
      },
    ]);
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 1_000 });
    expect(entries.at(-1)).toMatchObject({
      actor: 'judge',
      verb: 'watch.escalate',
      object: `rollout ${rollout}`,
    });
  });

  test('goes out four times and no more', async () => {
    await halt();
    const told: number[] = [];
    for (let minute = 0; minute < 200; minute++) if ((await after(minute)).length > 0) told.push(minute);
    expect(told).toEqual([15, 30, 45, 60]);
  });

  test('goes out once after hours in which no server ran, and once more when its turn comes', async () => {
    await halt();
    expect(await after(50)).toEqual([rollout]);
    expect(await after(55)).toEqual([]);
    expect(await after(60)).toEqual([rollout]);
    expect((await notices()).length).toBe(2);
  });

  test('goes out once when two servers look at the same time, many times', async () => {
    await halt();
    plane.clock.time = TUESDAY + 15 * MINUTE;
    const other = openDatabase(plane.database.url);
    try {
      const shells = [plane.context, { ...plane.context, db: other.db }];
      const looks = Array.from({ length: 12 }, (_, index) =>
        escalateHalts(shells[index % 2] ?? plane.context),
      );
      expect((await Promise.all(looks)).flat()).toEqual([rollout]);
    } finally {
      await other.close();
    }
  });

  test('is not repeated when the clock is moved back', async () => {
    await halt();
    expect(await after(30)).toEqual([rollout]);
    expect(await after(15)).toEqual([]);
    expect(await after(-600)).toEqual([]);
    expect((await notices()).length).toBe(1);
  });

  test('is quiet once somebody has acknowledged it, or sends the fleet back', async () => {
    await halt();
    await acknowledgeHalt(plane.context, plane.actor, rollout);
    expect(await after(60)).toEqual([]);
    await clearRollouts(plane);
    plane.clock.time = TUESDAY;
    rollout = await begunRollout(plane);
    await halt();
    await plane.client.call('recallRollout', { params: { rollout }, body: { because: 'cold' } });
    expect(await after(60)).toEqual([]);
  });

  test('is one of its own when the rollout halts again', async () => {
    await event({ kind: 'stage-opened', stage: 0 });
    await halt();
    await acknowledgeHalt(plane.context, plane.actor, rollout);
    await event({ kind: 'slice-excluded', attribute: 'broker', value: 'x' });
    plane.clock.time = TUESDAY + 60 * MINUTE;
    await halt();
    expect((await plane.client.call('viewRollout', { params: { rollout } })).acknowledged).toBeNull();
    expect(await after(74)).toEqual([]);
    expect(await after(75)).toEqual([rollout]);
  });

  test('is told wholly or not at all', async () => {
    await halt();
    const { pool } = plane.database;
    for (const table of ['escalations', 'outbox', 'installation.audit_entries']) {
      await pool.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`);
      await pool.query(`CREATE TRIGGER cut BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION cut()`);
      await expect(after(15)).rejects.toThrow(/terminat/);
      await pool.query('DROP FUNCTION cut CASCADE');
      expect(await notices()).toEqual([]);
    }
    expect(await after(15)).toEqual([rollout]);
  });
});

async function event(what: RolloutEvent): Promise<void> {
  await plane.database.db.transaction().execute(async (trx) => {
    const row = await loadRollout(trx, rollout);
    if (isRefused(row)) throw new Error(row.refused.because);
    const at = plane.clock.time;
    const done = await apply(trx, row, { events: [what], at, actor: JUDGE, because: 'a test', verb: 'x' });
    if (isRefused(done)) throw new Error(done.refused.because);
  });
}

describe('a stage that could open within a day', () => {
  const wanting: PolicyInput = {
    calendar: { zone: 'UTC', windows: [{ days: ['wednesday'], from: '12:00', to: '15:00' }] },
    approvals: { needed: 0 },
  };
  const look = (minutes: number) => {
    plane.clock.time = TUESDAY + minutes * MINUTE;
    return wantWatch(plane.context);
  };

  test('asks for the watch once a day while nobody has said that they will be there', async () => {
    await writePolicy(plane.database.db, wanting);
    expect(await look(0)).toEqual([]);
    expect(await look(3 * 60)).toEqual([rollout]);
    expect(await look(10 * 60)).toEqual([]);
    expect(await look(15 * 60)).toEqual([rollout]);
    expect(await look(20 * 60)).toEqual([]);
    const told = await notices();
    expect(told.map(({ kind }) => kind)).toEqual(['watch-wanted', 'watch-wanted']);
    expect(told[0]?.lines[0]).toBe(
      'It could open Wed 25 Nov 12:00 UTC, but nobody is on watch Wed 25 Nov 12:00–16:00 and Thu 26 Nov 12:00–13:00 UTC.',
    );
  });

  test('asks nobody when nobody has to watch', async () => {
    expect(await look(3 * 60)).toEqual([]);
    expect(await notices()).toEqual([]);
  });
});
