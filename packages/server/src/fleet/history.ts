/**
 * What the fleet was like by hour: versions and health from counters, silence from the contacts. Every hour for 35
 * days, then the last of each day for 400.
 */
import { DAILY_DAYS, type FleetHistoryView, fromMillis, HOURLY_DAYS } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { readFleetCounts } from './counts.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days for which the points are shown by the hour. */
const FINE_DAYS = 14;
const SILENT_LEAST = 45 * 60_000;

/** A device that missed three check-ins is silent, and never one that was heard within 45 minutes. */
export function silentAfter({ pollMillis }: Pick<Context['config'], 'pollMillis'>): number {
  return Math.max(SILENT_LEAST, 3 * pollMillis);
}

/**
 * Called again and again: the last call of an hour is what the hour was like.
 *
 * @param hearingSince when this server began to hear devices: silence before it is nobody's
 */
export async function keepFleetHistory({ db, clock, config }: Parts, hearingSince: number): Promise<void> {
  const now = clock.now();
  const at = Math.floor(now / HOUR) * HOUR;
  const deadline = now - silentAfter(config);
  // Read before the lock: it is the only part that grows with the fleet.
  const silent = hearingSince <= deadline ? await countSilent(db, deadline) : null;
  await db.transaction().execute(async (trx) => {
    // Of two servers one writes; the rows of an hour are few.
    await sql`LOCK TABLE fleet_history IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
    const { enrolled, unhealthy } = await readFleetCounts(trx);
    const heard = silent === null ? sql`kind <> 'silent'` : sql`true`;
    await sql`DELETE FROM fleet_history WHERE at = ${at} AND ${heard}`.execute(trx);
    await sql`INSERT INTO fleet_history (at, kind, name, devices)
      SELECT ${at}::bigint, 'version', value, sum(devices)::int FROM environment_counts
      WHERE attribute = 'version' GROUP BY value HAVING sum(devices) > 0`.execute(trx);
    const totals = [
      { kind: 'all' as const, devices: enrolled },
      { kind: 'unhealthy' as const, devices: unhealthy },
      ...(silent === null ? [] : [{ kind: 'silent' as const, devices: silent }]),
    ];
    await trx
      .insertInto('fleet_history')
      .values(totals.map((row) => ({ at, name: '', ...row })))
      .execute();
    await thin(trx, at);
  });
}

async function countSilent(db: Kysely<Database>, deadline: number): Promise<number> {
  const { rows } = await sql<{ devices: number }>`
    SELECT count(*)::int AS devices FROM contacts WHERE last_seen <= ${deadline}`.execute(db);
  return rows[0]?.devices ?? 0;
}

async function thin(trx: Kysely<Database>, at: number): Promise<void> {
  await sql`DELETE FROM fleet_history WHERE at < ${at - DAILY_DAYS * DAY}`.execute(trx);
  const from = at - HOURLY_DAYS * DAY;
  await sql`DELETE FROM fleet_history WHERE at < ${from} AND at >= ${from - 2 * DAY} AND at NOT IN (
    SELECT max(at) FROM fleet_history WHERE at < ${from} GROUP BY at / ${DAY}::bigint)`.execute(trx);
}

interface Row {
  at: number;
  kind: 'all' | 'silent' | 'unhealthy' | 'version';
  name: string;
  devices: number;
}

export async function viewFleetHistory(
  { db, clock, config }: Parts,
  days: number,
): Promise<FleetHistoryView> {
  const since = clock.now() - days * DAY;
  const step = days <= FINE_DAYS ? 'hour' : 'day';
  const kept =
    step === 'hour'
      ? sql`true`
      : sql`at IN (SELECT max(at) FROM fleet_history WHERE at >= ${since} GROUP BY at / ${DAY}::bigint)`;
  const { rows } = await sql<Row>`
    SELECT at, kind, name, devices FROM fleet_history WHERE at >= ${since} AND ${kept}
    ORDER BY at, devices DESC, name`.execute(db);
  const points = [...Map.groupBy(rows, ({ at }) => at)].map(([at, found]) => {
    const of = (kind: Row['kind']) => found.find((row) => row.kind === kind)?.devices;
    const versions = found
      .filter(({ kind }) => kind === 'version')
      .map(({ name, devices }) => ({ version: name, devices }));
    return {
      at,
      devices: of('all') ?? 0,
      silent: of('silent') ?? null,
      unhealthy: of('unhealthy') ?? 0,
      versions,
    };
  });
  return { step, silentAfter: fromMillis(silentAfter(config)), points };
}
