/** A rollout as operators see it: the judge's own sentences and the counts that they rest on. */
import {
  type Instant,
  type OrRefused,
  refuse,
  type RolloutListView,
  type RolloutView,
  type StageView,
  type Power,
} from '@tuesday/protocol';
import { addEvidence, blameOf, NO_EVIDENCE, type Situation, soakEndOf, verdictOf } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import { approvalOf } from '../approvals/view.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readInForce } from '../policy/policy.ts';
import type { RolloutRow } from './apply.ts';
import { awayShare, powerOfStage } from '../trial/power.ts';
import { readTrialOf } from '../trial/reading.ts';
import { withPair } from '../trial/pair.ts';
import { trialView } from '../trial/view.ts';
import { acknowledgedOf } from '../watch/halts.ts';
import { type Count, countToRecall, readCounts, situationOf } from './situation.ts';

export async function listRollouts({ db }: Pick<Context, 'db'>): Promise<RolloutListView> {
  const rows = await db
    .selectFrom('rollouts')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('rollout')
    .execute();
  return {
    rollouts: rows.map((row) => ({
      rollout: row.rollout,
      name: row.name,
      release: row.release,
      phase: row.phase,
      stage: row.state.stage,
      stages: row.plan.stages.length,
      because: row.because,
      createdAt: row.created_at,
    })),
  };
}

export async function viewRollout(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  rollout: string,
): Promise<OrRefused<RolloutView>> {
  const now = clock.now();
  // One snapshot, so that counts, phase and events belong together.
  const view = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const row = await trx
        .selectFrom('rollouts')
        .selectAll()
        .where('rollout', '=', rollout)
        .executeTakeFirst();
      return row && buildView(db, trx, row, now);
    });
  return view ?? { refused: refuse('not-found', `there is no rollout ${rollout}`) };
}

/** @param owner keeps what was summed up from one look to the next; the transaction is another one each time */
async function buildView(
  owner: object,
  db: Kysely<Database>,
  row: RolloutRow,
  now: Instant,
): Promise<RolloutView> {
  const counts = await readCounts(db, row.rollout);
  const { calendar, policy } = await readInForce(db, now);
  const toRecall = await countToRecall(db, row, now);
  const trial = await readTrialOf(owner, db, row);
  const situation = situationOf(row, counts, {
    trial,
    toRecall,
    calendar,
    deviceHours: policy.deviceHours,
    now,
  });
  const away = await awayShare(owner, db, row.plan, now);
  const events = await db
    .selectFrom('rollout_events')
    .select(['seq', 'at', 'actor', 'event', 'because'])
    .where('rollout', '=', row.rollout)
    .orderBy('seq')
    .execute();
  return {
    rollout: row.rollout,
    name: row.name,
    release: row.release,
    wayBack: row.way_back,
    plan: row.plan,
    planDigest: row.plan_digest,
    phase: row.phase,
    stage: row.state.stage,
    paused: [...row.state.paused],
    because: row.because,
    lookAgainAt: row.look_again_at,
    now,
    createdAt: row.created_at,
    devices: row.devices,
    ...(await harmOf(db, row.rollout, counts)),
    stages: row.plan.stages.map((_, stage) => stageView(situation, stage, powerOfStage(row, stage, away))),
    control: situation.control,
    // As of now: what went wrong after the halt belongs to the picture.
    trial: trialView(trial),
    excluded: [...(row.state.excluded ?? [])],
    rehearsal: row.rehearsal,
    author: row.author,
    approval: await approvalOf(db, row.rollout, now),
    acknowledged: await acknowledgedOf(db, row),
    blame: await withPair(
      owner,
      db,
      row,
      blameOf(
        trial,
        situation.values,
        situation.stages.map(({ evidence }) => evidence).reduce(addEvidence, NO_EVIDENCE),
      ),
      now,
    ),
    events,
  };
}

function stageView(situation: Situation, stage: number, power: Power): StageView {
  const { state, plan, stages } = situation;
  const opened = state.openedAt[stage];
  const described = plan.stages[stage];
  const counted = stages[stage];
  if (!described || !counted) throw new RangeError(`the plan has no stage ${stage}`);
  return {
    stage,
    plan: described,
    size: counted.size,
    openedAt: opened ?? null,
    soakEndsAt: soakEndOf(situation, stage),
    passedAt: state.passedAt[stage] ?? null,
    evidence: counted.evidence,
    verdict: opened === undefined ? null : verdictOf(situation, stage),
    power,
  };
}

/** Devices that ran the release, and those of them that went wrong. */
async function harmOf(
  db: Kysely<Database>,
  rollout: string,
  counts: readonly Count[],
): Promise<{ exposed: number; harmed: number; untested: number }> {
  const of = (state: string) =>
    counts
      .filter((count) => count.attribute === '' && count.state === state)
      .reduce((sum, { devices }) => sum + devices, 0);
  // All states but this one tell whether the release ever ran.
  const { rows } = await sql<{ devices: number }>`SELECT count(*)::int AS devices FROM members
    WHERE rollout = ${rollout} AND state = 'failed' AND exposed`.execute(db);
  const harmed = (rows[0]?.devices ?? 0) + of('rolled-back') + of('silent');
  return { exposed: harmed + of('installed') + of('proven'), harmed, untested: of('untested') };
}
