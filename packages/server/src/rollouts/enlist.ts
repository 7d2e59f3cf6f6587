/** Writes the members of a rollout and the counters that they begin with. */
import type { Instant, Plan } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database, StoredState } from '../db/schema.ts';
import { trialLayout } from '../trial/layout.ts';
import type { Drawn, DrawnMember } from './cohorts.ts';

/** Counters begin in the first shard, whichever server starts the rollout. */
const SHARD = 0;

/**
 * @param db the transaction
 * @returns how many of them are held for want of tests
 */
export async function enlist(
  db: Kysely<Database>,
  { rollout, plan }: { readonly rollout: string; readonly plan: Plan },
  drawn: Pick<Drawn, 'walk'>,
  at: Instant,
): Promise<number> {
  const counts = new Map<string, number>();
  let held = 0;
  const strata = new Set<string>();
  await drawn.walk(async (members) => {
    if (members.length === 0) return;
    await insertMembers(db, rollout, members, at);
    for (const { stage, stratum, environment, untested } of members) {
      const state = untested === null ? 'waiting' : 'untested';
      if (untested !== null) held += 1;
      strata.add(stratum);
      count(counts, state, stage, '', '');
      for (const [attribute, value] of Object.entries(environment))
        count(counts, state, stage, attribute, value);
    }
  });
  await insertCounts(db, rollout, counts);
  await db
    .updateTable('rollouts')
    .set({ trial_layout: JSON.stringify(trialLayout(plan, strata, readKeys(counts))) })
    .where('rollout', '=', rollout)
    .execute();
  return held;
}

function count(
  counts: Map<string, number>,
  state: StoredState,
  stage: number,
  attribute: string,
  value: string,
): void {
  const key = `${state}\0${stage}\0${attribute}\0${value}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

async function insertMembers(
  db: Kysely<Database>,
  rollout: string,
  members: readonly DrawnMember[],
  at: Instant,
): Promise<void> {
  await sql`INSERT INTO members (device, rollout, stage, stratum, environment, state, state_at, because)
    SELECT u.device, ${rollout}, u.stage, u.stratum, u.environment,
      CASE WHEN u.untested = '' THEN 'waiting' ELSE 'untested' END, ${at}, u.untested
    FROM unnest(${members.map(({ device }) => device)}::text[], ${members.map(({ stage }) => stage)}::smallint[],
      ${members.map(({ stratum }) => stratum)}::text[],
      ${members.map(({ environment }) => JSON.stringify(environment))}::jsonb[],
      ${members.map(({ untested }) => untested ?? '')}::text[])
      AS u (device, stage, stratum, environment, untested)`.execute(db);
}

function readKeys(counts: ReadonlyMap<string, number>) {
  return [...counts].map(([key, devices]) => {
    const [state, stage, attribute = '', value = ''] = key.split('\0');
    return { state: state as StoredState, stage: Number(stage), attribute, value, devices };
  });
}

async function insertCounts(
  db: Kysely<Database>,
  rollout: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = readKeys(counts);
  await sql`INSERT INTO evidence_counts (rollout, stage, attribute, value, state, shard, devices)
    SELECT ${rollout}, u.stage, u.attribute, u.value, u.state, ${sql.lit(SHARD)}, u.devices
    FROM unnest(${rows.map(({ stage }) => stage)}::smallint[], ${rows.map(({ attribute }) => attribute)}::text[],
      ${rows.map(({ value }) => value)}::text[], ${rows.map(({ state }) => state)}::text[],
      ${rows.map(({ devices }) => devices)}::int[])
      AS u (stage, attribute, value, state, devices)`.execute(db);
}
