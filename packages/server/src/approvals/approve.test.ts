import type { PolicyInput, RefusalCode } from '@tuesday/protocol';
import { isRefused } from '@tuesday/protocol';
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firstBroken } from '@tuesday/trust';
import { listAudit } from '../audit/list.ts';
import { hashToken, newOperatorToken } from '../devices/tokens.ts';
import { publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { readPolicy, writePolicy } from '../policy/policy.ts';
import { startRollout } from '../rollouts/start.ts';
import { enrolDevices, NEW, report } from '../testing/fleet.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { freeHands } from '../testing/policy.ts';
import { approve } from './approve.ts';
import { onLoosening } from './on-loosening.ts';
import { settleConsent } from './settle-consent.ts';

const HOUR = 3_600_000;
const plan = {
  name: 'p',
  release: NEW,
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '24h' },
  ],
};
const rehearsal = { at: 1, seed: 1, runs: 10, devices: 40, source: 'this fleet', rows: [] };
const strict = (needed: number, change: object = {}): PolicyInput => ({
  ...freeHands(),
  approvals: { needed, ...change },
});

let plane: TestPlane;
let people: Record<'alice' | 'bob' | 'carol' | 'dave' | 'vera', TestPerson>;
let rollout: string;

beforeAll(async () => {
  plane = await testPlane();
  await publishTwo(plane);
  await enrolDevices(plane.database.pool, 40);
  await plane.database.pool.query('UPDATE devices SET report = $1', [JSON.stringify(report())]);
  people = {
    alice: await addPerson(plane, 'alice', ['operator', 'approver']),
    bob: await addPerson(plane, 'bob', ['approver']),
    carol: await addPerson(plane, 'carol', ['approver', 'operator', 'admin']),
    dave: await addPerson(plane, 'dave', ['viewer']),
    vera: await addPerson(plane, 'vera', ['viewer']),
  };
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  plane.clock.time += HOUR;
  await plane.database.pool.query(
    `TRUNCATE rollouts, rollout_events, members, evidence_counts, outbox, approval_requests, consents, delegations CASCADE;
     UPDATE installation.people SET state = 'active'; UPDATE devices SET held = NULL;
     UPDATE installation.sessions SET revoked_at = NULL`,
  );
  await writePolicy(plane.context.db, strict(1));
  ({ rollout } = await people.alice.client.call('createRollout', { body: plan }));
});

/** The code of `call`'s refusal; undefined when it was done. */
async function refusalOf(call: Promise<unknown>): Promise<RefusalCode | undefined> {
  try {
    await call;
    return undefined;
  } catch (cause) {
    return (cause as { refusal?: { code: RefusalCode } }).refusal?.code ?? Promise.reject(cause);
  }
}

const ask = () => people.alice.client.call('requestApproval', { params: { rollout }, body: {} });
const view = (approval: string) => people.bob.client.call('viewApproval', { params: { approval } });

function consent(
  who: TestPerson,
  { approval, digest }: { approval: string; digest: string },
  change: object = {},
) {
  plane.clock.time += 30_000;
  const body = { digest, factor: who.factor(), ...change };
  return who.client.call('approve', { params: { approval }, body });
}

const start = (who = people.alice) => who.client.call('startRollout', { params: { rollout }, body: {} });

describe('a start', () => {
  test('waits for one other person, who finds it in the inbox and consents to its digest', async () => {
    const refused = await start().catch((cause: { refusal: { because: string } }) => cause.refusal);
    expect(refused).toMatchObject({
      code: 'approval-needed',
      because: expect.stringMatching(/0 of 1 .* approval a-/),
    });
    const [waiting] = (await people.bob.client.call('listApprovals')).approvals;
    if (!waiting) throw new Error('nothing waits');
    expect(refused).toMatchObject({ because: expect.stringContaining(waiting.approval) });
    expect(waiting).toMatchObject({ state: 'open', author: 'alice', mayNot: null, object: rollout });
    expect(waiting.digest).toBe(hash('sha256', canonicalize(waiting.covers) ?? '', 'hex'));
    const seen = await people.alice.client.call('viewApproval', { params: { approval: waiting.approval } });
    expect(seen.mayNot).toContain('alice asked for this');

    expect(await consent(people.bob, waiting)).toMatchObject({ state: 'approved' });
    const started = await start();
    expect(started).toMatchObject({ phase: 'scheduled', approval: { state: 'used', have: 1, needed: 1 } });
    expect(started.approval?.because).toContain('1 of 1 consents: bob at Tue 24 Nov');
    expect(started.events[0]?.because).toContain(waiting.digest);
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 1_000 });
    expect(firstBroken(entries)).toBeNull();
    expect(entries.slice(-3).map(({ verb, person, factor }) => [verb, person, factor])).toEqual([
      ['approval.request', 'alice', null],
      ['approval.consent', 'bob', 'totp'],
      ['rollout.start', 'alice', null],
    ]);
  });

  test('that was asked for twice waits on one request', async () => {
    const [first, second] = [await ask(), await ask()];
    expect(second.approval).toBe(first.approval);
    expect(await refusalOf(start())).toBe('approval-needed');
    expect((await people.bob.client.call('listApprovals')).approvals).toHaveLength(1);
  });

  test('under a policy that asks for no consent goes on, and the log says so', async () => {
    await writePolicy(plane.context.db, strict(0));
    expect((await start()).events[0]?.because).toContain('The policy asks for no consent.');
    expect(await refusalOf(ask())).toBe('wrong-phase');
  });

  test('uses its approval up', async () => {
    const asked = await ask();
    await consent(people.bob, asked);
    const results = await Promise.all([start().catch(() => 'refused'), start().catch(() => 'refused')]);
    expect(results.filter((result) => result === 'refused')).toHaveLength(1);
    const { rows } = await plane.database.pool.query('SELECT FROM rollout_events');
    expect(rows).toHaveLength(1);
    expect(await refusalOf(consent(people.carol, asked))).toBe('approval-closed');
  });
});

/** Each attack begins with an open request of alice's that wants one consent, unless it changes that. */
const attacks: [string, (asked: Awaited<ReturnType<typeof ask>>) => Promise<unknown>, RefusalCode][] = [
  ['the author consents', (asked) => consent(people.alice, asked), 'own-request'],
  [
    'the author consents for an approver who has delegated to her',
    async (asked) => {
      await lend(people.bob, 'alice');
      return consent(people.alice, asked, { onBehalfOf: 'bob' });
    },
    'own-request',
  ],
  [
    'somebody consents for the author',
    async (asked) => {
      await lend(people.alice, 'dave');
      return consent(people.dave, asked, { onBehalfOf: 'alice' });
    },
    'own-request',
  ],
  [
    'whoever asks for what another one wrote consents to it',
    async () => {
      const { rollout: hers } = await people.alice.client.call('createRollout', { body: plan });
      const asked = await people.carol.client.call('requestApproval', {
        params: { rollout: hers },
        body: {},
      });
      return consent(people.carol, asked);
    },
    'own-request',
  ],
  [
    'the author consents to what another one asked for',
    async () => {
      const { rollout: hers } = await people.alice.client.call('createRollout', { body: plan });
      const asked = await people.carol.client.call('requestApproval', {
        params: { rollout: hers },
        body: {},
      });
      return consent(people.alice, asked);
    },
    'own-request',
  ],
  [
    'whoever attached the rehearsal consents',
    async () => {
      await people.carol.client.call('attachRehearsal', { params: { rollout }, body: rehearsal });
      return consent(people.carol, await ask());
    },
    'own-request',
  ],
  [
    'the author consents with a token of her own',
    async (asked) => {
      const headers = { authorization: `Bearer ${await tokenOf('alice', ['approver'])}` };
      return raw(asked, headers, people.alice);
    },
    'own-request',
  ],
  [
    'one person consents by session and by token',
    async () => {
      await writePolicy(plane.context.db, strict(2));
      const asked = await ask();
      await consent(people.bob, asked);
      plane.clock.time += 30_000;
      return raw(asked, { authorization: `Bearer ${await tokenOf('bob', ['approver'])}` }, people.bob);
    },
    'consented-already',
  ],
  [
    'a token of nobody consents',
    (asked) => raw(asked, { authorization: `Bearer ${plane.token}` }, people.bob),
    'forbidden',
  ],
  ['a viewer consents', (asked) => consent(people.vera, asked), 'forbidden'],
  [
    'a token of an approver that is only for looking consents',
    async (asked) => raw(asked, { authorization: `Bearer ${await tokenOf('bob', ['viewer'])}` }, people.bob),
    'forbidden',
  ],
  [
    'a body for another digest is replayed',
    async (asked) => {
      const { rollout: second } = await people.alice.client.call('createRollout', {
        body: { ...plan, name: 'q' },
      });
      const other = await people.alice.client.call('requestApproval', {
        params: { rollout: second },
        body: {},
      });
      return consent(people.bob, { approval: other.approval, digest: asked.digest });
    },
    'digest-changed',
  ],
  [
    'the plan was changed in the database',
    async (asked) => {
      await plane.database.pool.query(`UPDATE rollouts SET plan = jsonb_set(plan, '{holdOut}', '0')`);
      return consent(people.bob, asked);
    },
    'digest-changed',
  ],
  [
    'the manifest was changed in the database',
    async (asked) => {
      await plane.database.pool.query(
        `UPDATE releases SET manifest = jsonb_set(manifest, '{notes}', '"x"') WHERE version = $1`,
        [NEW],
      );
      try {
        return await consent(people.bob, asked);
      } finally {
        await plane.database.pool.query(
          `UPDATE releases SET manifest = jsonb_set(manifest, '{notes}', '""') WHERE version = $1`,
          [NEW],
        );
      }
    },
    'digest-changed',
  ],
  [
    'the policy was written since',
    async (asked) => {
      await writePolicy(plane.context.db, strict(1, { expireAfter: '1h' }));
      return consent(people.bob, asked);
    },
    'digest-changed',
  ],
  [
    'a rehearsal was attached since',
    async (asked) => {
      await people.alice.client.call('attachRehearsal', { params: { rollout }, body: rehearsal });
      return consent(people.bob, asked);
    },
    'approval-closed',
  ],
  [
    'the policy was set since',
    async (asked) => {
      await people.carol.client.call('setPolicy', {
        body: {
          policy: await readPolicy(plane.context.db).then((was) => ({
            ...was,
            breakGlass: { lasts: '1h', reviewWithin: '1h' },
          })),
          because: 'x',
        },
      });
      return consent(people.bob, asked);
    },
    'approval-closed',
  ],
  [
    'the request has expired',
    async (asked) => {
      plane.clock.time = asked.expiresAt;
      return consent(people.bob, asked);
    },
    'approval-closed',
  ],
  [
    'the clock goes back after the request has expired',
    async (asked) => {
      const before = plane.clock.time;
      plane.clock.time = asked.expiresAt;
      await settleConsent(plane.context);
      plane.clock.time = before;
      return consent(people.bob, asked);
    },
    'approval-closed',
  ],
  [
    'it was withdrawn',
    async (asked) => {
      await withdraw(people.alice, asked.approval);
      return consent(people.bob, asked);
    },
    'approval-closed',
  ],
  [
    'it has all consents',
    async (asked) => {
      await consent(people.bob, asked);
      return consent(people.carol, asked);
    },
    'approval-closed',
  ],
  [
    'a session that was revoked consents',
    async (asked) => {
      await plane.database.pool.query(`UPDATE installation.sessions SET revoked_at = 1 WHERE person = 'bob'`);
      return consent(people.bob, asked);
    },
    'unauthenticated',
  ],
  [
    'an account that was disabled consents',
    async (asked) => {
      await plane.database.pool.query(
        `UPDATE installation.people SET state = 'disabled' WHERE person = 'bob'`,
      );
      return consent(people.bob, asked);
    },
    'unauthenticated',
  ],
  [
    'a wrong code',
    (asked) => consent(people.bob, asked, { factor: { kind: 'totp', code: '000000' } }),
    'factor-invalid',
  ],
  [
    'a code that was used in its step',
    async (asked) => {
      await consent(people.bob, asked);
      await withdraw(people.bob, asked.approval);
      const body = { digest: asked.digest, factor: people.bob.factor() };
      return people.bob.client.call('approve', { params: { approval: asked.approval }, body });
    },
    'factor-invalid',
  ],
  [
    'a code of another person',
    (asked) => consent(people.bob, asked, { factor: people.carol.factor() }),
    'factor-invalid',
  ],
  ['one delegates to oneself', () => lend(people.bob, 'bob'), 'bad-request'],
  ['one delegates to nobody known', () => lend(people.bob, 'mallory'), 'not-found'],
  ['one delegates what is over', () => lend(people.bob, 'dave', -2 * HOUR), 'bad-request'],
  ['a viewer delegates', () => lend(people.vera, 'dave'), 'forbidden'],
  [
    'a delegate after the time',
    async (asked) => {
      await lend(people.bob, 'dave');
      plane.clock.time += HOUR;
      return consent(people.dave, asked, { onBehalfOf: 'bob' });
    },
    'forbidden',
  ],
  [
    'a delegate whose delegation was revoked',
    async (asked) => {
      const { delegations } = await lend(people.bob, 'dave');
      await people.bob.client.call('revokeDelegation', {
        params: { delegation: delegations[0]?.delegation ?? '' },
      });
      return consent(people.dave, asked, { onBehalfOf: 'bob' });
    },
    'forbidden',
  ],
  [
    'a stranger revokes a delegation',
    async () => {
      const { delegations } = await lend(people.bob, 'dave');
      return people.carol.client.call('revokeDelegation', {
        params: { delegation: delegations[0]?.delegation ?? '' },
      });
    },
    'forbidden',
  ],
  [
    'a delegate of a delegate, for the first',
    async (asked) => {
      await lend(people.bob, 'carol');
      await lend(people.carol, 'dave');
      return consent(people.dave, asked, { onBehalfOf: 'bob' });
    },
    'forbidden',
  ],
  [
    'a delegate of somebody who is no approver any more',
    async (asked) => {
      await lend(people.bob, 'dave');
      await plane.database.pool.query(
        `UPDATE installation.people SET state = 'disabled' WHERE person = 'bob'`,
      );
      return consent(people.dave, asked, { onBehalfOf: 'bob' });
    },
    'forbidden',
  ],
  [
    'an approver and their delegate',
    async () => {
      await writePolicy(plane.context.db, strict(2));
      const asked = await ask();
      await lend(people.bob, 'dave');
      await consent(people.bob, asked);
      return consent(people.dave, asked, { onBehalfOf: 'bob' });
    },
    'consented-already',
  ],
  ['somebody withdraws what is not theirs', (asked) => withdraw(people.vera, asked.approval), 'forbidden'],
  [
    'a start with an approval that has expired',
    async (asked) => {
      await consent(people.bob, asked);
      plane.clock.time = asked.expiresAt;
      return start();
    },
    'approval-needed',
  ],
  [
    'a start with a consent that was withdrawn',
    async (asked) => {
      await consent(people.bob, asked);
      await withdraw(people.bob, asked.approval);
      return start();
    },
    'approval-needed',
  ],
  [
    'a start after the policy was changed in the database',
    async (asked) => {
      await consent(people.bob, asked);
      await writePolicy(plane.context.db, strict(1, { expireAfter: '1h' }));
      return start();
    },
    'approval-needed',
  ],
  [
    'a start with the consent of an account that was disabled since',
    async (asked) => {
      await consent(people.bob, asked);
      await plane.database.pool.query(
        `UPDATE installation.people SET state = 'disabled' WHERE person = 'bob'`,
      );
      return start();
    },
    'approval-needed',
  ],
];

async function lend(of: TestPerson, to: string, from = 0) {
  const now = plane.clock.time;
  const body = { to, from: now + from, until: now + from + HOUR };
  return of.client.call('delegate', { body });
}

const withdraw = (who: TestPerson, approval: string) =>
  who.client.call('withdrawConsent', { params: { approval }, body: { because: 'a doubt' } });

async function tokenOf(person: string, roles: string[]): Promise<string> {
  const token = newOperatorToken();
  await plane.database.pool.query(
    `INSERT INTO installation.tokens (token, hash, label, organisation, person, fleet, roles, created_at)
     VALUES ($1, $2, $1, 'main', $3, 'main', $4, 0)`,
    [`t-${token.slice(5, 15)}`, hashToken(token), person, roles],
  );
  return token;
}

async function raw(
  { approval, digest }: { approval: string; digest: string },
  headers: Record<string, string>,
  whose: TestPerson,
) {
  const response = await fetch(`${plane.url}/v1/approvals/${approval}/approve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ digest, factor: whose.factor() }),
  });
  const said = (await response.json()) as { refused?: { code: RefusalCode } };
  if (said.refused) throw Object.assign(new Error(said.refused.code), { refusal: said.refused });
  return said;
}

describe('no consent comes of it when', () => {
  test.each(attacks)('%s', async (_, attack, code) => {
    const asked = await ask();
    expect(await refusalOf(attack(asked))).toBe(code);
    const { rows } = await plane.database.pool.query('SELECT FROM rollout_events');
    expect(rows).toEqual([]);
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, { after: 0, limit: 5_000 });
    expect(firstBroken(entries)).toBeNull();
  });
});

describe('a consent', () => {
  test('that is refused uses up no code', async () => {
    const asked = await ask();
    plane.clock.time += 30_000;
    const factor = people.bob.factor();
    const wrong = { digest: 'ab'.repeat(32), factor };
    const params = { approval: asked.approval };
    expect(await refusalOf(people.bob.client.call('approve', { params, body: wrong }))).toBe(
      'digest-changed',
    );
    await people.bob.client.call('approve', { params, body: { digest: asked.digest, factor } });
    expect((await view(asked.approval)).state).toBe('approved');
  });

  test('of a delegate counts for the approver, and both names stand in it', async () => {
    const asked = await ask();
    await lend(people.bob, 'dave');
    const approved = await consent(people.dave, asked, { onBehalfOf: 'bob' });
    expect(approved).toMatchObject({ state: 'approved', consents: [{ by: 'dave', onBehalfOf: 'bob' }] });
  });

  test('of two at once that are both the last: one counts, and one start follows', async () => {
    const asked = await ask();
    plane.clock.time += 30_000;
    const both = [people.bob, people.carol].map(({ principal, factor }) =>
      approve(plane.context, principal, asked.approval, { digest: asked.digest, factor: factor() }),
    );
    const codes = (await Promise.all(both)).map((one) => (isRefused(one) ? one.refused.code : 'done'));
    expect(codes.sort()).toEqual(['approval-closed', 'done']);
    const starts = await Promise.all(
      [1, 2].map(() => startRollout(plane.context, people.alice.actor, rollout)),
    );
    expect(starts.filter(isRefused)).toHaveLength(1);
  });

  test('of one person twice at once counts once', async () => {
    await writePolicy(plane.context.db, strict(2));
    const asked = await ask();
    plane.clock.time += 30_000;
    const { principal, factor } = people.bob;
    const both = [1, 2].map(() =>
      approve(plane.context, principal, asked.approval, { digest: asked.digest, factor: factor() }),
    );
    const codes = (await Promise.all(both)).map((one) => (isRefused(one) ? one.refused.code : 'done'));
    expect(codes.sort()).toEqual(['consented-already', 'done']);
  });

  const steps = ['installation.people', 'consents', 'installation.audit_entries'] as const;
  test.each(steps)(
    'that is cut off as it writes %s leaves nothing half done, and is given again',
    async (table) => {
      const asked = await ask();
      plane.clock.time += 30_000;
      const given = { digest: asked.digest, factor: people.bob.factor() };
      await cut(table, async () => {
        await expect(approve(plane.context, people.bob.principal, asked.approval, given)).rejects.toThrow(
          /terminat/,
        );
      });
      expect(await view(asked.approval)).toMatchObject({ state: 'open', consents: [] });
      expect(await approve(plane.context, people.bob.principal, asked.approval, given)).toMatchObject({
        state: 'approved',
      });
    },
  );

  test.each(['approval_requests', 'members', 'rollout_events', 'installation.audit_entries'])(
    'is as good as before when the start is cut off as it writes %s',
    async (table) => {
      const asked = await ask();
      await consent(people.bob, asked);
      await cut(table, async () => {
        await expect(startRollout(plane.context, people.alice.actor, rollout)).rejects.toThrow(
          /terminat|discarded/,
        );
      });
      expect((await view(asked.approval)).state).toBe('approved');
      expect(await start()).toMatchObject({ phase: 'scheduled', approval: { state: 'used' } });
    },
  );
});

async function cut(table: string, act: () => Promise<void>): Promise<void> {
  const { pool } = plane.database;
  await pool.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`);
  await pool.query(
    `CREATE TRIGGER cut BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION cut()`,
  );
  try {
    await act();
  } finally {
    await pool.query('DROP FUNCTION cut CASCADE');
  }
}

describe('with the last consent', () => {
  test('a hold is raised, once, and not before', async () => {
    const params = { device: 'd1' };
    await people.alice.client.call('holdDevice', { params, body: { because: 'smokes' } });
    const raise = () =>
      people.alice.client.call('unholdDevice', { params, body: { because: 'cooled down' } });
    expect(await refusalOf(raise())).toBe('approval-needed');
    const asked = (await people.bob.client.call('listApprovals')).approvals.find(
      ({ subject }) => subject === 'unhold',
    );
    if (!asked) throw new Error('nothing waits');
    expect((await people.bob.client.call('viewDevice', { params })).held).toBe(true);
    expect(await refusalOf(consent(people.alice, asked))).toBe('own-request');
    expect(await consent(people.bob, asked)).toMatchObject({ state: 'used' });
    expect((await people.bob.client.call('viewDevice', { params })).held).toBe(false);
    expect(await refusalOf(consent(people.carol, asked))).toBe('approval-closed');
  });

  test('a completed rollout is recalled; while its way back is armed one person does it', async () => {
    await writePolicy(plane.context.db, strict(0));
    await start();
    await writePolicy(plane.context.db, strict(1));
    await setPhase('completed');
    const recall = () =>
      people.alice.client.call('recallRollout', { params: { rollout }, body: { because: 'late smoke' } });
    expect(await refusalOf(recall())).toBe('approval-needed');
    const asked = (await people.bob.client.call('listApprovals')).approvals.find(
      ({ subject }) => subject === 'recall',
    );
    if (!asked) throw new Error('nothing waits');
    expect(await consent(people.bob, asked)).toMatchObject({ state: 'used' });
    expect((await people.bob.client.call('viewRollout', { params: { rollout } })).phase).toBe('recalling');
    await setPhase('watching');
    expect(await recall()).toMatchObject({ phase: 'recalling' });
  });

  test('a looser policy is written while the one in force is still the one that it was held against', async () => {
    const after = {
      ...(await readPolicy(plane.context.db)),
      holidays: null,
      deviceHours: { from: '22:00', to: '06:00' },
    };
    const propose = async () =>
      plane.context.db.transaction().execute(async (trx) =>
        onLoosening(trx, {
          before: await readPolicy(trx),
          after,
          reasons: ['Devices may take an update by night.'],
          actor: people.carol.actor,
          because: 'quieter',
          at: plane.clock.now(),
        }),
      );
    const first = (await propose()).approval ?? '';
    expect(await refusalOf(consent(people.carol, await view(first)))).toBe('own-request');
    await writePolicy(plane.context.db, strict(1, { expireAfter: '2h' }));
    expect(await refusalOf(consent(people.bob, await view(first)))).toBe('digest-changed');
    after.approvals = (await readPolicy(plane.context.db)).approvals;
    const asked = await view((await propose()).approval ?? '');
    const other = await ask();
    expect(await consent(people.bob, asked)).toMatchObject({
      state: 'used',
      words: expect.arrayContaining(['Devices may take an update by night.']),
    });
    expect(await readPolicy(plane.context.db)).toEqual(after);
    expect((await view(other.approval)).state).toBe('void');
    await writePolicy(plane.context.db, strict(0));
    expect(await propose()).toEqual({ approval: null });
    await writePolicy(plane.context.db, strict(1));
    expect((await propose()).approval).not.toBeNull();
    // Nobody has set rules, and nothing was started: there may be no second person yet.
    await plane.database.pool.query(`DELETE FROM settings WHERE key = 'policy'`);
    expect(await propose()).toEqual({ approval: null });
    await setPhase('watching');
    expect((await propose()).approval).not.toBeNull();
  });

  async function setPhase(phase: string): Promise<void> {
    await plane.database.pool.query(
      `UPDATE rollouts SET phase = $1, state = jsonb_set(state, '{phase}', to_jsonb($1::text))`,
      [phase],
    );
  }
});
