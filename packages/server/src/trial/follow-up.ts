/**
 * Follows the devices of running rollouts: what each has done since the last step, counted once, together with
 * the device's own row. One server at a time; a step that is cut off has not happened.
 */
import { type Instant, type Plan, toMillis } from '@tuesday/protocol';
import {
  BUCKET_MILLIS,
  follow,
  installWithinOf,
  type RolloutState,
  silencesOf,
  type TrialLayout,
} from '@tuesday/rollout';
import type { Pool, PoolClient } from 'pg';
import { CellChanges, writeCells } from './cells.ts';
import {
  type Candidate,
  CHUNK,
  factsOf,
  followedOf,
  type FollowedRow,
  readCandidates,
  rowAfter,
  type Step,
  writeFollowed,
} from './followed.ts';
import { sliceIndex } from './layout.ts';

/** Any number, the same for all servers. */
const LOCK = 7_205_765;

/** Devices of each arm of a stage that are followed at most. */
export const FOLLOWED_AT_MOST = 40_000;

interface Row {
  rollout: string;
  plan: Plan;
  state: RolloutState;
  trial_layout: TrialLayout;
  followed_at: Instant | null;
  followed_stage: number;
}

export class FollowUp {
  readonly #pool: Pool;
  readonly #hearingSince: Instant;

  /** @param hearingSince when this server began to hear devices */
  constructor(pool: Pool, hearingSince: Instant) {
    this.#pool = pool;
    this.#hearingSince = hearingSince;
  }

  /** @returns devices to which something happened; null: another server was at it */
  async followOnce(now: Instant): Promise<number | null> {
    const { rows } = await this.#pool.query<{ rollout: string }>(
      `SELECT rollout FROM rollouts WHERE phase IN ('scheduled', 'soaking', 'watching', 'halted') AND trial_layout IS NOT NULL`,
    );
    let moved = 0;
    for (const { rollout } of rows) {
      const one = await this.#inTransaction((client) => this.#follow(client, rollout, now));
      if (one === null) return null;
      moved += one;
    }
    return moved;
  }

  async #inTransaction(work: (client: PoolClient) => Promise<number>): Promise<number | null> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
        LOCK,
      ]);
      const result = rows[0]?.mine ? await work(client) : null;
      await client.query('COMMIT');
      return result;
    } catch (cause) {
      await client.query('ROLLBACK').catch((error: Error) => (broken = error));
      throw cause;
    } finally {
      client.release(broken);
    }
  }

  async #follow(client: PoolClient, rollout: string, at: Instant): Promise<number> {
    // Locked against a stage that opens or a slice that is excluded meanwhile.
    const { rows } = await client.query<Row>(
      `SELECT rollout, plan, state, trial_layout, followed_at, followed_stage FROM rollouts
       WHERE rollout = $1 AND phase IN ('scheduled', 'soaking', 'watching', 'halted') FOR UPDATE`,
      [rollout],
    );
    const [row] = rows;
    if (!row) return 0;
    // A clock that is set back must not rewrite what has been counted.
    const now = Math.max(at, row.followed_at ?? 0);
    await enlistStages(client, row);
    const moved = await this.#stepAll(client, await stepOf(client, row, now, this.#hearingSince));
    await client.query('UPDATE rollouts SET followed_at = $2 WHERE rollout = $1', [rollout, now]);
    return moved;
  }

  async #stepAll(client: PoolClient, step: Step): Promise<number> {
    const bucket = Math.floor(step.now / BUCKET_MILLIS);
    let moved = 0;
    let after = { stage: -1, device: '' };
    for (;;) {
      const candidates = await readCandidates(client, step, after);
      const cells = new CellChanges();
      const changed = candidates.flatMap((candidate) => stepOne(candidate, step, bucket, cells));
      await writeFollowed(client, step.rollout, changed);
      await writeCells(client, step.rollout, cells);
      moved += changed.length;
      const last = candidates.at(-1);
      if (!last || candidates.length < CHUNK) return moved;
      after = { stage: last.stage, device: last.device };
    }
  }
}

function stepOne(candidate: Candidate, step: Step, bucket: number, cells: CellChanges): FollowedRow[] {
  const openedAt = step.openedAt[candidate.stage] ?? null;
  if (openedAt === null) return [];
  const before = followedOf(candidate);
  const { device, tallies } = follow(before, factsOf(candidate, step), { ...step, openedAt });
  for (const tally of tallies) cells.add(candidate, bucket, tally);
  const same = tallies.length === 0 && device.left === before.left;
  return same ? [] : [rowAfter(candidate, device, tallies, bucket)];
}

async function stepOf(client: PoolClient, row: Row, now: Instant, hearingSince: Instant): Promise<Step> {
  const { rows } = await client.query<{ stage: number; millis: number }>(
    `SELECT stage, percentile_disc(0.5) WITHIN GROUP (ORDER BY entered_at - enrolled_at) AS millis
     FROM followed WHERE rollout = $1 AND arm = 1 AND entered_at IS NOT NULL GROUP BY stage`,
    [row.rollout],
  );
  const millis = new Map(rows.map((one) => [one.stage, one.millis]));
  const stages = Array.from({ length: row.plan.stages.length + 1 }, (_, stage) => stage);
  const silentAfter = toMillis(row.plan.silentAfter);
  return {
    rollout: row.rollout,
    now,
    openedAt: stages.map((stage) => row.state.openedAt[stage] ?? null),
    installMillis: stages.map((stage) => millis.get(stage) ?? null),
    silences: silencesOf(silentAfter),
    installWithin: installWithinOf(silentAfter),
    hearingSince,
  };
}

/** The devices of every stage that has opened since, and those it is compared with: by a hash that nobody chooses. */
async function enlistStages(client: PoolClient, row: Row): Promise<void> {
  const opened = row.plan.stages
    .map((_, stage) => stage)
    .filter((stage) => stage > row.followed_stage && row.state.openedAt[stage] !== undefined);
  for (const stage of opened) {
    await enlistArm(client, row, stage, 1, 'stage = $2');
    await enlistArm(client, row, stage, 0, 'stage > $2');
  }
  if (opened.length > 0)
    await client.query('UPDATE rollouts SET followed_stage = $2 WHERE rollout = $1', [
      row.rollout,
      Math.max(...opened),
    ]);
}

interface MemberRow {
  device: string;
  stage: number;
  stratum: string;
  environment: Record<string, string>;
}

async function enlistArm(
  client: PoolClient,
  row: Row,
  stage: number,
  arm: number,
  where: string,
): Promise<void> {
  const { rows } = await client.query<MemberRow>(
    `SELECT device, stage, stratum, environment FROM members
     WHERE rollout = $1 AND ${where} AND state <> 'excluded' ORDER BY md5(device) LIMIT ${FOLLOWED_AT_MOST}`,
    [row.rollout, stage],
  );
  const slicesOf = sliceIndex(row.trial_layout);
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    await client.query(
      `INSERT INTO followed (rollout, stage, device, arm, cohort, stratum, slices)
       SELECT $1, $2, u.device, $3, u.cohort, u.stratum, string_to_array(u.slices, ' ')::smallint[]
       FROM unnest($4::text[], $5::smallint[], $6::smallint[], $7::text[]) AS u (device, cohort, stratum, slices)
       ON CONFLICT DO NOTHING`,
      [
        row.rollout,
        stage,
        arm,
        chunk.map(({ device }) => device),
        chunk.map((member) => member.stage),
        chunk.map(({ stratum }) => row.trial_layout.strata.indexOf(stratum)),
        chunk.map(({ environment }) => slicesOf(environment).join(' ')),
      ],
    );
  }
}
