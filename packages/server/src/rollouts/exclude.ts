/**
 * Takes a slice out of a rollout and goes on without it: its devices are held, those that run the release are
 * sent back, and the trial is counted anew as if they had never been in it.
 */
import { type Instant, isRefused, type OrRefused, refuse, type RolloutView } from '@tuesday/protocol';
import { PAUSE_AT, powerOfTen, verdictOf } from '@tuesday/rollout';
import { type Kysely, sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { queryable } from '../db/queryable.ts';
import type { Database, StoredState } from '../db/schema.ts';
import { transact, Undo } from '../db/transact.ts';
import { CounterChanges } from '../ingest/counters.ts';
import { writeCounters } from '../ingest/write.ts';
import { readInForce } from '../policy/policy.ts';
import { readTrialOf } from '../trial/reading.ts';
import { rebuildCells } from '../trial/rebuild.ts';
import type { Parts } from './act.ts';
import { apply, loadRollout, type RolloutRow } from './apply.ts';
import { refuseIfEmpty } from './refuse-if-empty.ts';
import { readCounts, situationOf } from './situation.ts';
import { viewRollout } from './view.ts';

export interface Exclusion {
  readonly attribute: string;
  readonly value: string;
  readonly because: string;
}

export async function excludeSlice(
  context: Parts,
  actor: Actor,
  rollout: string,
  slice: Exclusion,
): Promise<OrRefused<RolloutView>> {
  const done = await transact(context.db, async (trx) => {
    await exclude(trx, actor, rollout, slice, context.clock.now());
    return { ok: true };
  });
  return isRefused(done) ? done : viewRollout(context, rollout);
}

async function exclude(
  trx: Kysely<Database>,
  actor: Actor,
  rollout: string,
  slice: Exclusion,
  at: Instant,
): Promise<void> {
  const row = await loadRollout(trx, rollout);
  if (isRefused(row)) throw new Undo(row.refused);
  const name = `${slice.attribute} = ${slice.value}`;
  const applied = await apply(trx, row, {
    events: [{ kind: 'slice-excluded', attribute: slice.attribute, value: slice.value }],
    at,
    actor,
    verb: 'rollout.exclude',
    because: `${name} was excluded by ${actor.label}: ${slice.because}`,
  });
  if (isRefused(applied)) throw new Undo(applied.refused);
  const moved = await moveMembers(trx, row, slice, at);
  if (moved.size === 0)
    throw new Undo(
      refuse('not-found', `no device of the rollout has ${name}`, {
        field: 'value',
        try: 'take one of the values that the rollout lists',
      }),
    );
  const empty = await refuseIfEmpty(trx, row, name, moved);
  if (empty) throw new Undo(empty);
  await sql`DELETE FROM followed f USING members m
    WHERE f.rollout = ${rollout} AND m.rollout = f.rollout AND m.device = f.device AND m.state = 'excluded'`.execute(
    trx,
  );
  await rebuildCells(queryable(trx), rollout);
  if (row.phase === 'halted') await refuseIfStillBad(trx, rollout, name, at);
}

/** A halted rollout goes on only when what remains does not speak against the release any more. */
async function refuseIfStillBad(
  trx: Kysely<Database>,
  rollout: string,
  name: string,
  now: Instant,
): Promise<void> {
  const row = await loadRollout(trx, rollout);
  if (isRefused(row)) throw new Undo(row.refused);
  const trial = await readTrialOf({}, trx, row);
  const counts = await readCounts(trx, rollout);
  const { calendar, policy } = await readInForce(trx, now);
  const { deviceHours } = policy;
  const situation = situationOf(row, counts, { trial, toRecall: 0, calendar, deviceHours, now });
  const failing = Object.keys(row.state.openedAt)
    .map((stage) => verdictOf(situation, Number(stage)))
    .find(({ kind }) => kind === 'fail');
  const because =
    trial.wrong ??
    failing?.because ??
    (trial.logWeighted >= PAUSE_AT
      ? `it is ${powerOfTen(trial.logWeighted)}, and less than 10 is needed`
      : undefined);
  if (because === undefined) return;
  throw new Undo(
    refuse(
      'wrong-phase',
      `without ${name} the evidence against the release is still too strong to go on: ${because}`,
      { try: 'recall the release' },
    ),
  );
}

interface Moved {
  stage: number;
  old: StoredState;
  attribute: string;
  value: string;
  devices: number;
}

/** Counters begin in the first shard; the row of the rollout is locked. */
const SHARD = 0;

/** @returns stage → devices that were taken out */
async function moveMembers(
  trx: Kysely<Database>,
  row: RolloutRow,
  { attribute, value, because }: Exclusion,
  at: Instant,
): Promise<Map<number, number>> {
  const why = `${attribute} = ${value} is excluded from the rollout: ${because}`;
  const { rows } = await sql<Moved>`
    WITH due AS (
      SELECT device, state FROM members
      WHERE rollout = ${row.rollout} AND state <> 'excluded' AND environment ->> ${attribute} = ${value}
      ORDER BY device FOR UPDATE
    ), moved AS (
      UPDATE members m SET state = 'excluded', state_at = ${at}, because = ${why},
        -- Who went back by itself is back.
        recalled = m.recalled OR due.state = 'rolled-back'
      FROM due WHERE m.device = due.device AND m.rollout = ${row.rollout}
      RETURNING m.stage, due.state AS old, m.environment
    )
    SELECT moved.stage, moved.old, e.attribute, e.value, count(*)::int AS devices
    FROM moved CROSS JOIN LATERAL (
      SELECT '' AS attribute, '' AS value UNION ALL SELECT key, value FROM jsonb_each_text(moved.environment)
    ) AS e
    GROUP BY moved.stage, moved.old, e.attribute, e.value`.execute(trx);
  const counters = new CounterChanges();
  const members = new Map<number, number>();
  for (const one of rows) {
    if (one.attribute === '') members.set(one.stage, (members.get(one.stage) ?? 0) + one.devices);
    counters.moveValue(
      row.rollout,
      one.stage,
      one.attribute,
      one.value,
      one.old,
      'excluded',
      at,
      one.devices,
    );
  }
  await writeCounters(queryable(trx), counters, SHARD);
  return members;
}
