import { isRefused, type PolicyInput, type RosterView } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../db/pool.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { writePolicy } from '../policy/policy.ts';
import { tick } from '../rollouts/tick.ts';
import { viewRollout } from '../rollouts/view.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { begunRollout, clearRollouts, smallFleet } from '../testing/rollouts.ts';
import { acknowledgeHalt } from './acknowledge-halt.ts';
import { acknowledgeWatch } from './acknowledge-watch.ts';

const HOUR = 3_600_000;
/** Tuesday, 24 November 2026, 09:00 UTC. */
const TUESDAY = 1_795_510_800_000;
const policy: PolicyInput = {
  calendar: { zone: 'UTC', windows: [{ days: ['tuesday', 'wednesday'], from: '00:00', to: '24:00' }] },
  watch: { firstHours: '4h', atGate: '1h' },
  approvals: { needed: 0 },
};
const weekdays: ['tuesday', 'wednesday'] = ['tuesday', 'wednesday'];
const roster = {
  zone: 'UTC',
  rotations: [
    {
      name: 'office',
      people: ['alice'],
      from: '2026-11-23',
      hours: [{ days: weekdays, from: '09:00', to: '17:00' }],
    },
  ],
};

let plane: TestPlane;
let alice: TestPerson;
let bob: TestPerson;
let vera: TestPerson;
let rollout: string;

beforeAll(async () => {
  plane = await testPlane();
  await smallFleet(plane);
  alice = await addPerson(plane, 'alice', ['operator']);
  bob = await addPerson(plane, 'bob', ['operator']);
  vera = await addPerson(plane, 'vera', ['viewer']);
  await plane.database.pool.query(`INSERT INTO installation.organisations VALUES ('other', 'Other', 0)`);
  await addPerson(plane, 'mallory', ['operator'], 'other');
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  await clearRollouts(plane);
  await plane.database.pool.query(`UPDATE installation.people SET state = 'active'`);
  plane.clock.time = TUESDAY;
  await writePolicy(plane.database.db, policy);
  await set(roster);
  rollout = await begunRollout(plane);
});

async function set(given: object): Promise<RosterView> {
  return alice.client.call('setRoster', { body: { roster: given as never, because: 'a test' } });
}
const because = async () => {
  await tick(plane.context, rollout);
  const view = await viewRollout(plane.context, rollout);
  if (isRefused(view)) throw new Error(view.refused.because);
  return view.phase === 'scheduled' ? view.because : view.phase;
};
const acknowledge = (person: TestPerson, body: object = {}) =>
  person.client.call('acknowledgeWatch', { params: { rollout }, body });

describe('a roster', () => {
  test('is shown with who is on watch now, until when, and in the next two weeks', async () => {
    const view = await vera.client.call('viewRoster');
    expect(view.now).toEqual({ people: ['alice'], until: TUESDAY + 8 * HOUR });
    expect(view.shifts[0]).toEqual({ from: TUESDAY, until: TUESDAY + 8 * HOUR, people: ['alice'] });
    expect(view.shifts.at(-1)?.until).toBe(TUESDAY + 14 * 24 * HOUR);
  });

  const bad: Array<[string, object, string]> = [
    [
      'a person whom nobody knows',
      { ...roster, rotations: [{ ...roster.rotations[0], people: ['alice', 'zoe'] }] },
      'roster.rotations.0.people.1',
    ],
    [
      'a person who can only look',
      { ...roster, rotations: [{ ...roster.rotations[0], people: ['vera'] }] },
      'roster.rotations.0.people.0',
    ],
    [
      'a person of another organisation',
      { ...roster, overrides: [{ person: 'mallory', from: 0, until: 1 }] },
      'roster.overrides.0.person',
    ],
    [
      'an override that ends before it begins',
      { ...roster, overrides: [{ person: 'bob', from: 1, until: 1 }] },
      'roster.overrides.0.until',
    ],
    ['a zone that is none', { ...roster, zone: 'Mars/Olympus' }, 'roster.zone'],
    [
      'a turn of no days',
      { ...roster, rotations: [{ ...roster.rotations[0], days: 0 }] },
      'roster.rotations.0.days',
    ],
  ];
  test.each(bad)('with %s is refused, and the old one stays', async (_, given, field) => {
    await expect(set(given)).rejects.toMatchObject({ refusal: { code: 'bad-request', field } });
    expect((await vera.client.call('viewRoster')).roster).toMatchObject(roster);
  });

  test('is not a viewer’s to change', async () => {
    const body = { roster, because: 'x' };
    await expect(vera.client.call('setRoster', { body })).rejects.toMatchObject({
      refusal: { code: 'forbidden' },
    });
  });

  test('does not count on somebody whose account was closed', async () => {
    await acknowledge(alice);
    await plane.database.pool.query(
      `UPDATE installation.people SET state = 'disabled' WHERE person = 'alice'`,
    );
    expect(await because()).toContain('nobody is on watch Tue 24 Nov 09:00–13:00');
    expect((await vera.client.call('viewRoster')).now.people).toEqual([]);
  });
});

describe('a stage', () => {
  test('waits until whoever is on watch has said so, then opens', async () => {
    expect(await because()).toBe(
      `Stage 1 waits: alice, on watch from Tue 24 Nov 09:00, has not acknowledged. tuesday watch acknowledge ${rollout}`,
    );
    const view = await acknowledge(alice);
    expect(view.people).toEqual([{ person: 'alice', acknowledgedAt: TUESDAY }]);
    expect(view.gaps).toEqual([]);
    expect(await because()).toBe('soaking');
  });

  test('waits while nobody is there in its first hours, whoever has said so', async () => {
    await acknowledge(alice);
    plane.clock.time = TUESDAY + 5 * HOUR;
    expect(await because()).toBe('Stage 1 waits: nobody is on watch Tue 24 Nov 17:00–18:00 UTC.');
    plane.clock.time = TUESDAY + 24 * HOUR;
    expect(await because()).toContain('nobody is on watch Thu 26 Nov 09:00–10:00 UTC.');
  });

  test('opens when nobody has to watch', async () => {
    await writePolicy(plane.database.db, { ...policy, watch: { required: false } });
    expect(await because()).toBe('soaking');
    expect((await vera.client.call('viewWatch', { params: { rollout } })).required).toBe(false);
  });
});

describe('to watch a rollout', () => {
  test('is for people: a token of nobody cannot', async () => {
    await expect(
      plane.client.call('acknowledgeWatch', { params: { rollout }, body: {} }),
    ).rejects.toMatchObject({
      refusal: { code: 'forbidden' },
    });
    expect(await because()).toContain('has not acknowledged');
  });

  test('outside one’s shifts takes the word that one takes over, and counts for that stage', async () => {
    await expect(acknowledge(bob)).rejects.toMatchObject({ refusal: { code: 'nobody-watches' } });
    plane.clock.time = TUESDAY + 5 * HOUR;
    const view = await acknowledge(bob, { takeOver: true });
    expect(view.gaps).toEqual([]);
    // Saying it again without the word takes nothing back.
    expect((await acknowledge(bob)).gaps).toEqual([]);
    expect(await because()).toBe('soaking');
    const later = await vera.client.call('viewWatch', { params: { rollout } });
    expect(later.because).toContain('Stage 2 must be watched');
    expect(later.gaps.length).toBeGreaterThan(0);
  });

  test('is said once, however often and from wherever it is said at once', async () => {
    const other = openDatabase(plane.database.url);
    try {
      const shells = [plane.context, { ...plane.context, db: other.db }];
      const said = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          acknowledgeWatch(shells[index % 2] ?? plane.context, alice.actor, rollout, false),
        ),
      );
      expect(said.filter(isRefused)).toEqual([]);
      const { rows } = await plane.database.pool.query('SELECT person FROM watch_acknowledgements');
      expect(rows).toEqual([{ person: 'alice' }]);
    } finally {
      await other.close();
    }
  });

  test('that no stage follows is refused', async () => {
    await plane.client.call('haltRollout', { params: { rollout }, body: { because: 'smoke' } });
    await expect(acknowledge(alice)).rejects.toMatchObject({ refusal: { code: 'wrong-phase' } });
  });
});

describe('a halt', () => {
  const halt = () => plane.client.call('haltRollout', { params: { rollout }, body: { because: 'smoke' } });
  const seen = (person: TestPerson) =>
    person.client.call('acknowledgeHalt', { params: { rollout }, body: {} });

  test('shows who has seen it, and only the first', async () => {
    await halt();
    const view = () => vera.client.call('viewRollout', { params: { rollout } });
    expect((await view()).acknowledged).toBeNull();
    await seen(bob);
    await expect(seen(alice)).rejects.toMatchObject({ refusal: { code: 'conflict' } });
    expect((await view()).acknowledged).toEqual({ by: 'bob', at: TUESDAY });
  });

  test('is acknowledged once by two at once', async () => {
    await halt();
    const both = await Promise.all(
      [alice, bob].map(({ actor }) => acknowledgeHalt(plane.context, actor, rollout)),
    );
    expect(both.filter(isRefused).map(({ refused }) => refused.code)).toEqual(['conflict']);
  });

  test('is not acknowledged before it happened, nor by who only looks', async () => {
    await expect(seen(alice)).rejects.toMatchObject({ refusal: { code: 'wrong-phase' } });
    await halt();
    await expect(seen(vera)).rejects.toMatchObject({ refusal: { code: 'forbidden' } });
  });
});
