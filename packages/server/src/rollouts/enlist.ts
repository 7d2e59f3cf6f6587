/** Writes the members of a rollout and the counters that they begin with. */
import type { Instant } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Drawn, DrawnMember } from './cohorts.ts';

/** Counters begin in the first shard, whichever server starts the rollout. */
const SHARD = 0;

/** @param db the transaction */
export async function enlist(
  db: Kysely<Database>,
  rollout: string,
  drawn: Pick<Drawn, 'walk'>,
  at: Instant,
): Promise<void> {
  const counts = new Map<string, number>();
  await drawn.walk(async (members) => {
    if (members.length === 0) return;
    await insertMembers(db, rollout, members, at);
    for (const { stage, environment } of members) {
      count(counts, stage, '', '');
      for (const [attribute, value] of Object.entries(environment)) count(counts, stage, attribute, value);
    }
  });
  await insertCounts(db, rollout, counts);
}

function count(counts: Map<string, number>, stage: number, attribute: string, value: string): void {
  const key = `${stage}\0${attribute}\0${value}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

async function insertMembers(
  db: Kysely<Database>,
  rollout: string,
  members: readonly DrawnMember[],
  at: Instant,
): Promise<void> {
  await sql`INSERT INTO members (device, rollout, stage, stratum, environment, state_at)
    SELECT u.device, ${rollout}, u.stage, u.stratum, u.environment, ${at}
    FROM unnest(${members.map(({ device }) => device)}::text[], ${members.map(({ stage }) => stage)}::smallint[],
      ${members.map(({ stratum }) => stratum)}::text[],
      ${members.map(({ environment }) => JSON.stringify(environment))}::jsonb[])
      AS u (device, stage, stratum, environment)`.execute(db);
}

async function insertCounts(
  db: Kysely<Database>,
  rollout: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = [...counts].map(([key, devices]) => ({ place: key.split('\0'), devices }));
  await sql`INSERT INTO evidence_counts (rollout, stage, attribute, value, state, shard, devices)
    SELECT ${rollout}, u.stage, u.attribute, u.value, 'waiting', ${sql.lit(SHARD)}, u.devices
    FROM unnest(${rows.map(({ place }) => Number(place[0]))}::smallint[], ${rows.map(({ place }) => place[1])}::text[],
      ${rows.map(({ place }) => place[2])}::text[], ${rows.map(({ devices }) => devices)}::int[])
      AS u (stage, attribute, value, devices)`.execute(db);
}
