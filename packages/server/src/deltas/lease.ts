/** Who makes a delta: one server at a time, under a lease that ends by itself when the server does. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { DeltasTable } from '../db/schema-deltas.ts';

export type WantedDelta = Pick<
  Selectable<DeltasTable>,
  'from_sha256' | 'to_sha256' | 'from_version' | 'to_version' | 'hardware' | 'attempts'
>;

export type Settled =
  | { readonly state: 'made'; readonly sha256: string; readonly size: number; readonly because: string }
  | { readonly state: 'none'; readonly size: number | null; readonly because: string };

/** Seconds. */
const LEASE = 120;
/** A server that does not have the bytes leaves it to others for so long, seconds. */
const ELSEWHERE = 600;

/** The oldest wish that nobody works on. */
export async function takeDelta({ db }: Pick<Context, 'db'>): Promise<WantedDelta | undefined> {
  const { rows } = await sql<WantedDelta>`
    UPDATE deltas SET attempts = attempts + 1, lease_until = now() + make_interval(secs => ${sql.lit(LEASE)})
    WHERE (from_sha256, to_sha256) = (
      SELECT from_sha256, to_sha256 FROM deltas WHERE state = 'wanted' AND lease_until <= now()
      ORDER BY planned_at, to_sha256, from_sha256 LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING from_sha256, to_sha256, from_version, to_version, hardware, attempts`.execute(db);
  return rows[0];
}

/** @returns false when the lease was lost to somebody else */
export async function renewLease(db: Kysely<Database>, delta: WantedDelta): Promise<boolean> {
  const { rows } = await sql`
    UPDATE deltas SET lease_until = now() + make_interval(secs => ${sql.lit(LEASE)})
    WHERE ${held(delta)} RETURNING attempts`.execute(db);
  return rows.length > 0;
}

/** As if it had not been taken. */
export async function giveBack(db: Kysely<Database>, delta: WantedDelta, forOthers: boolean): Promise<void> {
  await sql`
    UPDATE deltas SET attempts = attempts - 1,
      lease_until = now() + make_interval(secs => ${sql.lit(forOthers ? ELSEWHERE : 0)})
    WHERE ${held(delta)}`.execute(db);
}

/** Nothing when the lease was lost. */
export async function settleDelta(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  delta: WantedDelta,
  settled: Settled,
): Promise<void> {
  const sha256 = settled.state === 'made' ? settled.sha256 : null;
  await sql`
    UPDATE deltas SET state = ${settled.state}, sha256 = ${sha256}, size = ${settled.size},
      because = ${settled.because}, settled_at = ${clock.now()}
    WHERE ${held(delta)}`.execute(db);
}

function held({ from_sha256: from, to_sha256: to, attempts }: WantedDelta) {
  return sql`from_sha256 = ${from} AND to_sha256 = ${to} AND attempts = ${attempts} AND state = 'wanted'`;
}
