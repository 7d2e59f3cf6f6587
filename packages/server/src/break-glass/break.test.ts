import { isRefused, type PolicyInput, type RefusalCode } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { approve } from '../approvals/approve.ts';
import { settleConsent } from '../approvals/settle-consent.ts';
import { firstBroken } from '@tuesday/trust';
import { listAudit } from '../audit/list.ts';
import { publish, publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { writePolicy } from '../policy/policy.ts';
import { tick } from '../rollouts/tick.ts';
import { enrolDevices, NEW, report } from '../testing/fleet.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { freeHands } from '../testing/policy.ts';
import { breakGlass } from './break.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MENDED = '3.2.6';
const FRIDAY = 3 * DAY;
const planOf = (release: string) => ({
  name: 'p',
  release,
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '24h' },
  ],
});
/** One consent is needed; stages open on a Tuesday only. */
const policy: PolicyInput = {
  ...freeHands({ zone: 'UTC', windows: [{ days: ['tuesday'], from: '09:00', to: '12:00' }] }),
  approvals: { needed: 1 },
};

let plane: TestPlane;
let people: Record<'olga' | 'bob' | 'kim' | 'max', TestPerson>;
let rollout: string;
let tuesday: number;

beforeAll(async () => {
  plane = await testPlane();
  const signers = await publishTwo(plane);
  await publish(plane, signers, MENDED, { wayBack: '3.2.4', recovery: true });
  await enrolDevices(plane.database.pool, 40);
  await plane.database.pool.query('UPDATE devices SET report = $1', [JSON.stringify(report())]);
  people = {
    olga: await addPerson(plane, 'olga', ['operator', 'approver']),
    bob: await addPerson(plane, 'bob', ['approver']),
    kim: await addPerson(plane, 'kim', ['commander', 'operator']),
    max: await addPerson(plane, 'max', ['commander']),
  };
  tuesday = plane.clock.time;
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  // The next Friday evening; codes of earlier tests are long over.
  plane.clock.time = tuesday + FRIDAY + 8.5 * HOUR;
  tuesday += 7 * DAY;
  await plane.database.pool.query(
    `TRUNCATE rollouts, rollout_events, members, evidence_counts, outbox, approval_requests, consents, glasses CASCADE;
     UPDATE devices SET held = NULL`,
  );
  await writePolicy(plane.context.db, policy);
  rollout = await draft(MENDED);
});

async function draft(release: string): Promise<string> {
  return (await people.olga.client.call('createRollout', { body: planOf(release) })).rollout;
}

function smash(who: TestPerson, act: 'recall' | 'window' | 'unhold', object = rollout, change: object = {}) {
  plane.clock.time += 30_000;
  const body = { act, object, because: '340 tickets', factor: who.factor(), ...change };
  return who.client.call('breakGlass', { body });
}

const start = (id = rollout, who = people.olga, body = {}) =>
  who.client.call('startRollout', { params: { rollout: id }, body });
const seen = (id = rollout) => people.olga.client.call('viewRollout', { params: { rollout: id } });

async function setPhase(phase: string, id = rollout): Promise<void> {
  await plane.database.pool.query(
    `UPDATE rollouts SET phase = $1, state = jsonb_set(state, '{phase}', to_jsonb($1::text)) WHERE rollout = $2`,
    [phase, id],
  );
}

async function refusalOf(call: Promise<unknown>): Promise<RefusalCode | undefined> {
  try {
    await call;
    return undefined;
  } catch (cause) {
    return (cause as { refusal?: { code: RefusalCode } }).refusal?.code ?? Promise.reject(cause);
  }
}

describe('a commander alone', () => {
  test('lets a recovery release out on a Friday evening: one stage, without consent, and no more', async () => {
    expect(await refusalOf(start())).toBe('outside-window');
    expect(await refusalOf(start(rollout, people.olga, { schedule: true }))).toBe('approval-needed');
    const glass = await smash(people.kim, 'window');
    expect(glass).toMatchObject({
      by: 'kim',
      factor: 'totp',
      usedAt: null,
      review: { overdue: false, closedAt: null },
    });
    expect(await start()).toMatchObject({ phase: 'scheduled' });
    expect(await tick(plane.context, rollout)).toBe('events');
    const opened = await seen();
    expect(opened).toMatchObject({ phase: 'soaking', stage: 0 });
    expect(opened.because).toContain('outside the change window');
    expect(opened.because).toContain('kim broke the glass: 340 tickets.');
    const [used] = (await people.bob.client.call('listGlasses')).glasses;
    expect(used).toMatchObject({ glass: glass.glass, usedAt: plane.clock.time });

    // The first stage passes; the second one finds no glass.
    await plane.database.pool.query(
      `UPDATE rollouts SET phase = 'scheduled', state = state || jsonb_build_object('phase', 'scheduled', 'passedAt', '{"0": 1}'::jsonb)`,
    );
    expect(await tick(plane.context, rollout)).toBe('nothing');
    expect((await seen()).stage).toBe(0);
  });

  test('goes back after the watch, at once, and the log says with which factor', async () => {
    await setPhase('completed');
    const glass = await smash(people.max, 'recall');
    expect(glass.usedAt).toBe(glass.at);
    expect(await seen()).toMatchObject({ phase: 'recalling' });
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 5_000 });
    expect(firstBroken(entries)).toBeNull();
    expect(
      entries.slice(-3).map(({ verb, person, factor, because }) => [verb, person, factor, because]),
    ).toEqual([
      ['glass.break', 'max', 'totp', '340 tickets'],
      ['incident.open', 'max', 'totp', 'Recalled by max alone, with a broken glass: 340 tickets'],
      ['rollout.recall', 'max', 'totp', 'Recalled by max alone, with a broken glass: 340 tickets'],
    ]);
  });

  test('raises a hold', async () => {
    await people.olga.client.call('holdDevice', { params: { device: 'd1' }, body: { because: 'smokes' } });
    await smash(people.kim, 'unhold', 'd1');
    expect((await people.olga.client.call('viewDevice', { params: { device: 'd1' } })).held).toBe(false);
  });

  test('does not waive the verdict of the stage before, nor the time of the glass', async () => {
    await smash(people.kim, 'window');
    await start();
    const [glass] = (await people.bob.client.call('listGlasses')).glasses;
    plane.clock.time = glass?.expiresAt ?? 0;
    expect(await tick(plane.context, rollout)).toBe('nothing');
    await settleConsent(plane.context);
    plane.clock.time -= HOUR;
    expect(await tick(plane.context, rollout)).toBe('nothing');
    expect((await seen()).because).toContain('waits for the change window');
  });
});

const attacks: [string, () => Promise<unknown>, RefusalCode][] = [
  ['an ordinary release', async () => smash(people.kim, 'window', await draft(NEW)), 'not-a-recovery'],
  [
    'an ordinary release whose manifest says otherwise in the database',
    async () => {
      const ordinary = await draft(NEW);
      const say = (value: boolean) =>
        plane.database.pool.query(
          `UPDATE releases SET manifest = jsonb_set(manifest, '{recovery}', $1) WHERE version = $2`,
          [String(value), NEW],
        );
      await say(true);
      try {
        return await smash(people.kim, 'window', ordinary);
      } finally {
        await say(false);
      }
    },
    'not-a-recovery',
  ],
  [
    'an ordinary release whose published metadata was written over',
    async () => {
      const ordinary = await draft(NEW);
      await plane.database.pool.query('CREATE TABLE kept AS SELECT * FROM trust_metadata');
      await plane.database.pool.query(
        `UPDATE trust_metadata SET body = replace(body, '"securityVersion":0', '"recovery":true,"securityVersion":0') WHERE role = 'targets'`,
      );
      try {
        return await smash(people.kim, 'window', ordinary);
      } finally {
        await plane.database.pool.query(
          'TRUNCATE trust_metadata; INSERT INTO trust_metadata SELECT * FROM kept; DROP TABLE kept',
        );
      }
    },
    'not-a-recovery',
  ],
  [
    'a glass that was moved to an ordinary rollout in the database',
    async () => {
      await smash(people.kim, 'window');
      const ordinary = await draft(NEW);
      await plane.database.pool.query(`UPDATE glasses SET object = $1`, [ordinary]);
      return start(ordinary, people.olga, { schedule: true });
    },
    'approval-needed',
  ],
  ['an operator', () => smash(people.olga, 'recall'), 'forbidden'],
  ['an approver', () => smash(people.bob, 'window'), 'forbidden'],
  [
    'a token of nobody',
    () =>
      plane.client.call('breakGlass', {
        body: { act: 'window', object: rollout, because: 'x', factor: people.kim.factor() },
      }),
    'forbidden',
  ],
  ['no reason', () => smash(people.kim, 'window', rollout, { because: ' ' }), 'bad-request'],
  [
    'a wrong code',
    () => smash(people.kim, 'window', rollout, { factor: { kind: 'totp', code: '000000' } }),
    'factor-invalid',
  ],
  [
    'a second time while it is broken',
    async () => {
      await smash(people.kim, 'window');
      return smash(people.max, 'window');
    },
    'conflict',
  ],
  [
    'the same code for a second glass',
    async () => {
      await setPhase('completed', await draft(MENDED));
      await smash(people.kim, 'window');
      const body = {
        act: 'window' as const,
        object: await draft(MENDED),
        because: 'x',
        factor: people.kim.factor(),
      };
      return people.kim.client.call('breakGlass', { body });
    },
    'factor-invalid',
  ],
  [
    'a code that an approval has used',
    async () => {
      await people.olga.client.call('requestApproval', { params: { rollout }, body: {} });
      const [asked] = (await people.max.client.call('listApprovals')).approvals;
      plane.clock.time += 30_000;
      const given = { digest: asked?.digest ?? '', factor: people.max.factor() };
      const approved = await approve(plane.context, people.max.principal, asked?.approval ?? '', given);
      if (isRefused(approved)) throw new Error(approved.refused.because);
      return people.max.client.call('breakGlass', {
        body: { act: 'window', object: rollout, because: 'x', factor: people.max.factor() },
      });
    },
    'factor-invalid',
  ],
  ['a recall that one operator may do', () => smash(people.kim, 'recall'), 'wrong-phase'],
  [
    'a window of what is over',
    async () => {
      await setPhase('halted');
      return smash(people.kim, 'window');
    },
    'wrong-phase',
  ],
  ['a device that is not held', () => smash(people.kim, 'unhold', 'd1'), 'wrong-phase'],
  ['a rollout that is not there', () => smash(people.kim, 'window', 'r-none'), 'not-found'],
  [
    'a start after the time of the glass',
    async () => {
      const { expiresAt } = await smash(people.kim, 'window');
      plane.clock.time = expiresAt;
      return start(rollout, people.olga, { schedule: true });
    },
    'approval-needed',
  ],
  [
    'a start after the clock went back',
    async () => {
      const { expiresAt } = await smash(people.kim, 'window');
      const before = plane.clock.time;
      plane.clock.time = expiresAt;
      await settleConsent(plane.context);
      plane.clock.time = before;
      return start(rollout, people.olga, { schedule: true });
    },
    'approval-needed',
  ],
];

describe('the glass is of no use for', () => {
  test.each(attacks)('%s', async (_, attack, code) => {
    expect(await refusalOf(attack())).toBe(code);
    const { rows } = await plane.database.pool.query('SELECT FROM rollout_events');
    expect(rows).toEqual([]);
  });
});

test('of two commanders at once one breaks the glass', async () => {
  plane.clock.time += 30_000;
  await setPhase('completed');
  const both = [people.kim, people.max].map(({ principal, factor }) =>
    breakGlass(plane.context, principal, { act: 'recall', object: rollout, because: 'x', factor: factor() }),
  );
  const codes = (await Promise.all(both)).map((one) => (isRefused(one) ? one.refused.code : 'done'));
  expect(codes.sort()).toEqual(['done', 'wrong-phase']);
  expect((await people.bob.client.call('listGlasses')).glasses).toHaveLength(1);
});

const steps = ['glasses', 'installation.people', 'rollouts', 'rollout_events', 'installation.audit_entries'];
test.each(steps)(
  'a recall that is cut off as it writes %s leaves nothing half done, and the code good',
  async (table) => {
    await setPhase('completed');
    plane.clock.time += 30_000;
    const { pool } = plane.database;
    const given = { act: 'recall', object: rollout, because: 'x', factor: people.kim.factor() } as const;
    await pool.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`);
    await pool.query(
      `CREATE TRIGGER cut BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION cut()`,
    );
    await expect(breakGlass(plane.context, people.kim.principal, given)).rejects.toThrow(/terminat/);
    await pool.query('DROP FUNCTION cut CASCADE');
    expect((await people.bob.client.call('listGlasses')).glasses).toEqual([]);
    expect((await seen()).phase).toBe('completed');
    expect(await breakGlass(plane.context, people.kim.principal, given)).toMatchObject({ by: 'kim' });
    expect((await seen()).phase).toBe('recalling');
  },
);

describe('the review', () => {
  const finding = { finding: 'it was right' };

  test('is closed by another person, once', async () => {
    const { glass } = await smash(people.kim, 'window');
    const close = (who: TestPerson) => who.client.call('closeReview', { params: { glass }, body: finding });
    expect(await refusalOf(close(people.kim))).toBe('own-review');
    expect(await refusalOf(plane.client.call('closeReview', { params: { glass }, body: finding }))).toBe(
      'forbidden',
    );
    expect(await close(people.bob)).toMatchObject({
      review: { closedBy: 'bob', overdue: false, finding: 'it was right' },
    });
    expect(await refusalOf(close(people.max))).toBe('conflict');
  });

  test('that is overdue comes first, is told once a day by whichever server, and stays overdue', async () => {
    const { glass, review } = await smash(people.kim, 'window');
    await people.bob.client.call('closeReview', { params: { glass }, body: finding });
    await setPhase('completed');
    const open = await smash(people.max, 'recall');
    const reminders = async () => {
      await Promise.all([settleConsent(plane.context), settleConsent(plane.context)]);
      const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 5_000 });
      return entries.filter(({ verb, object }) => verb === 'glass.remind' && object === `glass ${open.glass}`)
        .length;
    };
    expect(await reminders()).toBe(0);
    plane.clock.time = review.dueAt + HOUR;
    expect([await reminders(), await reminders()]).toEqual([1, 1]);
    plane.clock.time += DAY;
    expect(await reminders()).toBe(2);
    plane.clock.time -= 5 * DAY;
    expect(await reminders()).toBe(2);
    const { glasses } = await people.bob.client.call('listGlasses');
    expect(glasses.map((one) => [one.glass, one.review.overdue])).toEqual([
      [open.glass, true],
      [glass, false],
    ]);
  });
});
