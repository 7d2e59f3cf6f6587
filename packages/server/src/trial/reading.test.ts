import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RolloutRow } from '../rollouts/apply.ts';
import type { Database } from '../db/schema.ts';
import { viewRollout } from '../rollouts/view.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, type HandClock, handClock, startRollout } from '../testing/fleet.ts';
import { FollowUp } from './follow-up.ts';
import { readTrialOf } from './reading.ts';
import { rebuildCells } from './rebuild.ts';
import { queryable } from '../db/queryable.ts';

const QUARTER = 15 * 60_000;
const COUNT = 60;

let database: FreshDatabase;
let clock: HandClock;
let followUp: FollowUp;
let devices: string[];

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** An hour of a trial in which a third of the offered devices falls silent, one after the other. */
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE rollouts, members, devices, contacts, releases, followed, trial_cells, evidence_counts CASCADE',
  );
  devices = await enrolDevices(database.pool, COUNT);
  await startRollout(database.pool, devices);
  const cohorts = [[COUNT / 2], [COUNT / 2], [0]];
  const layout = { slices: [{ attribute: '', value: '' }], strata: [''], cohorts, metrics: false };
  await database.pool.query('UPDATE rollouts SET trial_layout = $1', [JSON.stringify(layout)]);
  clock = handClock();
  followUp = new FollowUp(database.pool, clock.time);
  await quarter(devices);
  await database.pool.query(
    `UPDATE members SET state = 'installed', exposed = true, state_at = $1 WHERE stage = 0`,
    [clock.time],
  );
  for (let silent = 0; silent <= 16; silent += 4)
    await quarter(devices.filter((_, n) => n % 2 === 1 || n >= silent));
});

async function quarter(heard: readonly string[]): Promise<void> {
  clock.time += QUARTER;
  await database.pool.query('UPDATE contacts SET last_seen = $2 WHERE device = ANY($1)', [heard, clock.time]);
  await followUp.followOnce(clock.time);
}

const row = (): Promise<RolloutRow> =>
  database.db.selectFrom('rollouts').selectAll().executeTakeFirstOrThrow();
const read = async (owner: object) => readTrialOf(owner, database.db, await row());

describe('readings of one trial', () => {
  test('that is followed all the while say the same with sums that are kept and without', async () => {
    const owner = {};
    const evidence: number[] = [];
    for (let silent = 20; silent < 30; silent += 2) {
      await quarter(devices.filter((_, n) => n % 2 === 1 || n >= silent));
      const kept = await read(owner);
      expect(kept).toEqual(await read({}));
      evidence.push(kept.logWeighted);
    }
    expect(evidence.at(-1)).toBeGreaterThan(0);
  });

  test('at the same time count nothing twice', async () => {
    const owner = {};
    for (const silent of [20, 24, 28]) {
      const at = await row();
      const together = await Promise.all(
        Array.from({ length: 8 }, () => readTrialOf(owner, database.db, at)),
      );
      const alone = await read({});
      for (const one of together) expect(one).toEqual(alone);
      expect(await read(owner)).toEqual(alone);
      await quarter(devices.filter((_, n) => n % 2 === 1 || n >= silent));
    }
  });

  test('of which one began before time went on does not set the other back', async () => {
    const owner = {};
    const before = await row();
    await quarter(devices);
    await quarter(devices);
    const [, now] = await Promise.all([
      readTrialOf(owner, database.db, before),
      readTrialOf(owner, database.db, await row()),
    ]);
    const alone = await read({});
    expect(now).toEqual(alone);
    await readTrialOf(owner, database.db, before);
    expect(await read(owner)).toEqual(alone);
  });

  test('while it is counted anew say what one of the two counts says', async () => {
    const owner = {};
    const alone = await read(owner);
    const before = await row();
    await database.db.transaction().execute((trx) => rebuildCells(queryable(trx), before.rollout));
    const [old, fresh] = await Promise.all([readTrialOf(owner, database.db, before), read(owner)]);
    expect([old, fresh]).toEqual([alone, alone]);
  });
});

test('the second look at a rollout does not read again what the first one summed up', async () => {
  const sent: CompiledQuery[] = [];
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: database.pool }),
    log: (event) => void sent.push(event.query),
  });
  const { rollout } = await row();
  const first = await viewRollout({ db, clock }, rollout);
  const after = sent.length;
  expect(await viewRollout({ db, clock }, rollout)).toEqual(first);
  const again = sent.slice(after);
  const from = (queries: readonly CompiledQuery[]) =>
    queries.filter(({ sql }) => sql.includes('trial_cells')).map(({ parameters }) => parameters[1]);
  expect(from(sent.slice(0, after))).toEqual([-1]);
  expect(from(again)).toEqual([Math.floor(clock.time / QUARTER)]);
  expect(again.filter(({ sql }) => sql.includes('FROM contacts'))).toEqual([]);
});
