import type { OutcomeKind } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import {
  countersAndRecount,
  deviceSide,
  enrolDevices,
  type HandClock,
  handClock,
  memberStates,
  NEW,
  OLD,
  outcome,
  report,
  setPhase,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';
import type { DeviceSide } from './assembly.ts';

let database: FreshDatabase;
let clock: HandClock;
let devices: string[];
let sides: [DeviceSide, DeviceSide];

beforeAll(async () => {
  database = await freshDatabase();
  devices = await enrolDevices(database.pool, 8);
});
afterAll(() => database.drop());

beforeEach(async () => {
  await reset();
});

async function reset(): Promise<void> {
  await database.pool.query('TRUNCATE rollouts, members, outcomes, evidence_counts, evidence_flow CASCADE');
  await database.pool.query('UPDATE devices SET report = NULL, report_hash = NULL, reported_at = NULL');
  clock = handClock();
  await database.pool.query('UPDATE contacts SET last_seen = $1', [clock.time]);
  await startRollout(database.pool, devices);
  sides = [deviceSide(database, clock), deviceSide(database, clock, ['--shard', '1'])];
}

type Act =
  | { kind: 'outcome'; device: number; what: OutcomeKind; recall: boolean; server: number }
  | { kind: 'check-in'; device: number; version: string; ok: boolean; back: boolean; server: number }
  | { kind: 'wait'; minutes: number }
  | { kind: 'phase'; phase: 'soaking' | 'halted' | 'recalling' };

const device = fc.nat({ max: 7 });
const server = fc.nat({ max: 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('outcome' as const),
      device,
      what: fc.constantFrom<OutcomeKind[]>(
        'installed',
        'confirmed',
        'refused',
        'failed',
        'rolled-back',
        'unhealthy',
      ),
      recall: fc.boolean(),
      server,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('check-in' as const),
      device,
      version: fc.constantFrom(OLD, NEW),
      ok: fc.boolean(),
      back: fc.boolean(),
      server,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(20, 50, 1_500) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('phase' as const),
      phase: fc.constantFrom('soaking' as const, 'halted' as const, 'recalling' as const),
    }),
  },
);

async function perform(act: Act): Promise<void> {
  if (act.kind === 'wait') {
    clock.time += act.minutes * 60_000;
    await Promise.all(sides.map((side) => side.contacts.flush()));
    await Promise.all(sides.map((side) => side.sweep.sweepOnce(clock.time)));
  } else if (act.kind === 'phase') {
    await setPhase(database.pool, act.phase);
  } else {
    const name = `d${act.device}`;
    const body =
      act.kind === 'outcome'
        ? outcome(act.what, act.recall ? { offer: 'r-test.r1' } : {})
        : report({ health: { ok: act.ok }, rolledBackFrom: act.back ? [NEW] : [] }, act.version);
    const verb = act.kind === 'outcome' ? 'outcomes' : 'check-in';
    const answer = await sides[act.server]?.door.answer(
      verb,
      tokenOf(name),
      Buffer.from(JSON.stringify(body)),
    );
    expect(answer?.status, answer?.body.toString()).toBe(200);
  }
}

describe('the evidence counters', () => {
  test('always equal a recount of the members, whatever comes, twice, at two servers, at once', async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
        async (rounds) => {
          await reset();
          for (const round of rounds) {
            // One round goes at once, then once more: repeated reports change nothing that is counted.
            await Promise.all([...round, ...round].map(perform));
            const { counters, recount } = await countersAndRecount(database.pool);
            expect(counters).toEqual(recount);
            for (const state of Object.values(await memberStates(database.pool))) reached.add(state);
          }
        },
      ),
      { numRuns: 40 },
    );
    expect([...reached].sort()).toEqual(
      expect.arrayContaining(['failed', 'installed', 'rolled-back', 'waiting', 'waiting-silent']),
    );
  });

  test('of a flow add up to what moved', async () => {
    for (const what of ['installed', 'confirmed', 'rolled-back'] as const)
      await perform({ kind: 'outcome', device: 0, what, recall: false, server: 0 });
    const { rows } = await database.pool.query(
      `SELECT state, sum(entered)::int AS entered, sum(departed)::int AS departed FROM evidence_flow
       WHERE attribute = '' GROUP BY state ORDER BY state`,
    );
    expect(rows).toEqual([
      { state: 'installed', entered: 1, departed: 1 },
      { state: 'rolled-back', entered: 1, departed: 0 },
      { state: 'waiting', entered: 0, departed: 1 },
    ]);
  });

  test('an outcome that was overtaken by the rollback does not hide it', async () => {
    await perform({ kind: 'outcome', device: 0, what: 'rolled-back', recall: false, server: 0 });
    await perform({ kind: 'outcome', device: 0, what: 'installed', recall: false, server: 1 });
    expect((await memberStates(database.pool))['d0']).toBe('rolled-back');
  });
});
