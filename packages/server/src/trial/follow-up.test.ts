import {
  BUCKET_MILLIS,
  follow,
  type Followed,
  type FollowedFacts,
  installWithinOf,
  NOT_FOLLOWED,
  silencesOf,
  TALLIES,
  type TrialLayout,
} from '@tuesday/rollout';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RolloutRow } from '../rollouts/apply.ts';
import { queryable } from '../db/queryable.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { enrolDevices, handClock, startRollout } from '../testing/fleet.ts';
import { FollowUp } from './follow-up.ts';
import { readTrialOf } from './reading.ts';
import { rebuildCells } from './rebuild.ts';

const MINUTE = 60_000;
const COUNT = 80;
const ROLLOUT = 'r-test';
const START = handClock().time;
const layout: TrialLayout = {
  slices: [
    { attribute: '', value: '' },
    { attribute: 'broker', value: 'new' },
    { attribute: 'broker', value: 'old' },
  ],
  strata: [''],
  cohorts: [
    [40, 20, 20],
    [40, 20, 20],
    [0, 0, 0],
  ],
  metrics: false,
};

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE rollouts, members, devices, contacts, releases, followed, trial_cells, evidence_counts CASCADE',
  );
  const devices = await enrolDevices(database.pool, COUNT);
  await startRollout(database.pool, devices);
  await database.pool.query('UPDATE rollouts SET trial_layout = $1', [JSON.stringify(layout)]);
});

interface CellRow {
  place: string;
  tallies: number[];
}

async function cells(): Promise<CellRow[]> {
  const { rows } = await database.pool.query<CellRow>(
    `SELECT concat_ws(' ', bucket, stage, stratum, slice, arm) AS place, tallies FROM trial_cells ORDER BY 1`,
  );
  return rows;
}

const heard = (devices: string[], at: number) =>
  database.pool.query('UPDATE contacts SET last_seen = $2 WHERE device = ANY($1)', [devices, at]);
const stand = (devices: string[], state: string, at: number) =>
  database.pool.query('UPDATE members SET state = $2, state_at = $3, exposed = true WHERE device = ANY($1)', [
    devices,
    state,
    at,
  ]);

async function rolloutRow(): Promise<RolloutRow> {
  return database.db
    .selectFrom('rollouts')
    .selectAll()
    .where('rollout', '=', ROLLOUT)
    .executeTakeFirstOrThrow();
}
const read = async () => readTrialOf({}, database.db, await rolloutRow());

async function members(stage: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ device: string }>(
    'SELECT device FROM members WHERE stage = $1 ORDER BY device',
    [stage],
  );
  return rows.map(({ device }) => device);
}

async function all(): Promise<string[]> {
  return [...(await members(0)), ...(await members(1))];
}

describe('following a fleet', () => {
  test('counts offered devices that fall silent against a control that does not', async () => {
    const followUp = new FollowUp(database.pool, START);
    const [offered, control] = [await members(0), await members(1)];
    await heard(await all(), START + MINUTE);
    await followUp.followOnce(START + MINUTE);
    await stand(offered, 'installed', START + 5 * MINUTE);
    await heard(await all(), START + 6 * MINUTE);
    await followUp.followOnce(START + 6 * MINUTE);
    await heard(control, START + 15 * MINUTE);
    await followUp.followOnce(START + 15 * MINUTE);
    for (let minute = 30; minute <= 90; minute += 15) {
      await heard([...control, ...offered.slice(10)], START + minute * MINUTE);
      await followUp.followOnce(START + minute * MINUTE);
    }
    const reading = await read();
    const line = reading.lines.find(({ channel, attribute }) => channel === 'silence-1' && attribute === '');
    expect(line?.offered).toEqual({ followed: 40, atRisk: 30, events: 10 });
    expect(line?.control).toEqual({ followed: 40, atRisk: 40, events: 0 });
    expect(line?.logEvidence).toBeGreaterThan(2);
    expect(reading.wrong).toBeNull();
  });

  test('twice at the same moment, from two servers at once, or with the clock set back counts nothing twice', async () => {
    const [one, two] = [new FollowUp(database.pool, START), new FollowUp(database.pool, START)];
    await heard(await all(), START + MINUTE);
    await Promise.all([
      one.followOnce(START + MINUTE),
      two.followOnce(START + MINUTE),
      one.followOnce(START + MINUTE),
    ]);
    await one.followOnce(START + MINUTE);
    const before = await cells();
    expect(before.reduce((sum, { tallies }) => sum + (tallies[TALLIES.indexOf('attempted')] ?? 0), 0)).toBe(
      2 * COUNT,
    );
    expect(await two.followOnce(START - 60 * MINUTE)).toBe(0);
    expect(await cells()).toEqual(before);
    expect((await rolloutRow()).followed_at).toBe(START + MINUTE);
  });

  test('a server that was down accuses nobody of the silence in that time', async () => {
    const before = new FollowUp(database.pool, START);
    await heard(await all(), START + MINUTE);
    await before.followOnce(START + MINUTE);
    await stand(await members(0), 'installed', START + MINUTE);
    await heard(await all(), START + 2 * MINUTE);
    await before.followOnce(START + 2 * MINUTE);
    const back = START + 600 * MINUTE;
    const after = new FollowUp(database.pool, back);
    await after.followOnce(back + 44 * MINUTE);
    expect((await read()).lines.every(({ offered, control }) => offered.events + control.events === 0)).toBe(
      true,
    );
    await after.followOnce(back + 46 * MINUTE);
    expect((await read()).lines.some(({ offered }) => offered.events === 40)).toBe(true);
  });

  test('trouble that stood before the offer is nobody’s doing; a new word is', async () => {
    const followUp = new FollowUp(database.pool, START);
    const [known, fresh] = (await members(0)) as [string, string];
    const trouble = (device: string, words: string[], at: number) =>
      database.pool.query('UPDATE devices SET trouble = $2, trouble_at = $3 WHERE device = $1', [
        device,
        JSON.stringify(words),
        at,
      ]);
    await trouble(known, ['0x12'], START - MINUTE);
    await heard(await all(), START + MINUTE);
    await followUp.followOnce(START + MINUTE);
    await stand(await members(0), 'installed', START + 2 * MINUTE);
    await heard(await all(), START + 3 * MINUTE);
    await followUp.followOnce(START + 3 * MINUTE);
    await trouble(known, ['0x12'], START + 4 * MINUTE);
    await trouble(fresh, ['0x45'], START + 4 * MINUTE);
    await followUp.followOnce(START + 5 * MINUTE);
    const line = (await read()).lines.find(
      ({ channel, attribute }) => channel === 'trouble' && attribute === '',
    );
    expect(line?.offered.events).toBe(1);
  });

  test('is what the pure rules say, step by step, and counting anew gives the same cells', async () => {
    const shadow = new Shadow(await members(0), await members(1));
    const followUp = new FollowUp(database.pool, START);
    const random = dice(7);
    for (let step = 1; step <= 40; step++) {
      const now = START + step * 9 * MINUTE;
      const up = (await all()).filter(() => random() < 0.6);
      await heard(up, now - MINUTE);
      shadow.heard(up, now - MINUTE);
      const taking = shadow.offered.filter((device) => shadow.isWaiting(device) && random() < 0.3);
      const failing = shadow.offered.filter(() => random() < 0.01);
      await stand(taking, 'installed', now - 2 * MINUTE);
      await stand(failing, 'failed', now - MINUTE);
      shadow.stand(taking, 'installed', now - 2 * MINUTE);
      shadow.stand(failing, 'failed', now - MINUTE);
      await followUp.followOnce(now);
      shadow.step(now);
    }
    const counted = await database.pool.query<{ device: string; kinds: number }>(
      'SELECT device, num_nonnulls(attempted, lost, entered, trouble, silence_1, silence_2, silence_3) AS kinds FROM followed ORDER BY device',
    );
    expect(Object.fromEntries(counted.rows.map(({ device, kinds }) => [device, kinds]))).toEqual(
      shadow.kinds(),
    );
    expect(shadow.reached()).toBeGreaterThan(150);
    const before = await cells();
    await rebuildCells(queryable(database.db), ROLLOUT);
    expect(await cells()).toEqual(before);
  });
});

function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The same devices in memory, by the pure rules alone. */
class Shadow {
  readonly offered: readonly string[];
  readonly #control: readonly string[];
  readonly #seen = new Map<string, number>();
  readonly #standing = new Map<string, { state: string; at: number }>();
  readonly #followed = new Map<string, Followed>();
  readonly #kinds = new Map<string, number>();
  readonly #installs: number[] = [];

  constructor(offered: readonly string[], control: readonly string[]) {
    this.offered = offered;
    this.#control = control;
    for (const device of [...offered, ...control]) this.#seen.set(device, START);
  }

  heard(devices: readonly string[], at: number): void {
    for (const device of devices) this.#seen.set(device, at);
  }

  stand(devices: readonly string[], state: string, at: number): void {
    for (const device of devices) this.#standing.set(device, { state, at });
  }

  isWaiting(device: string): boolean {
    return !this.#standing.has(device);
  }

  step(now: number): void {
    const install = this.#installs.length === 0 ? null : median(this.#installs);
    for (const device of [...this.offered, ...this.#control]) {
      const before = this.#followed.get(device) ?? NOT_FOLLOWED;
      const silentAfter = 45 * MINUTE;
      const times = {
        now,
        openedAt: START,
        silences: silencesOf(silentAfter),
        installWithin: installWithinOf(silentAfter),
        hearingSince: START,
      };
      const after = follow(before, this.#facts(device, before, install), times);
      this.#followed.set(device, after.device);
      this.#kinds.set(device, (this.#kinds.get(device) ?? 0) + after.tallies.length);
      const { enrolledAt, enteredAt } = after.device;
      if (
        this.offered.includes(device) &&
        before.enteredAt === null &&
        enteredAt !== null &&
        enrolledAt !== null
      )
        this.#installs.push(enteredAt - enrolledAt);
    }
  }

  #facts(device: string, before: Followed, install: number | null): FollowedFacts {
    const standing = this.#standing.get(device);
    const wrong = standing?.state === 'failed';
    const isOffered = this.offered.includes(device);
    const waited = before.enrolledAt === null || install === null ? null : before.enrolledAt + install;
    return {
      lastSeen: this.#seen.get(device) ?? null,
      troubleAt: wrong && isOffered ? Math.max(standing.at, before.enteredAt ?? 0) : null,
      metricAt: null,
      readyAt: isOffered ? (standing?.state === 'installed' ? standing.at : null) : waited,
      attemptFailed: isOffered && wrong && before.enteredAt === null,
      out: false,
    };
  }

  kinds(): Record<string, number> {
    return Object.fromEntries([...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  reached(): number {
    return [...this.#kinds.values()].reduce((sum, kinds) => sum + kinds, 0);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? 0;
}

test('a bucket is as wide in the database as in the trial', () => {
  expect(BUCKET_MILLIS).toBe(15 * MINUTE);
});
