/**
 * Harmed devices and the facts that say how each came back. Counted by combination of facts, so that the answer is as
 * long for ten devices as for a million.
 */
import type { IncidentView, Recovery, RecoveryView } from '@tuesday/protocol';
import { factsMeaning, type RecoveryFacts, recoveryOf } from '@tuesday/rollout';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Scope } from './scope.ts';

/** A query with one row a harmed device: device, state, said, standing, and the six facts. */
export function harmedSql(scope: Scope): RawBuilder<unknown> {
  const { rollout, row } = scope;
  if (rollout) return ofRollout(scope, rollout.rollout, rollout.release);
  return row.code === null ? NOBODY : withCode(scope, row.code);
}

const NOBODY = sql`SELECT device, '' AS state, '' AS said, '{}'::text[] AS standing, false AS went_back,
  false AS recalled, false AS rescued, false AS relayed, false AS well, false AS heard FROM devices WHERE false`;

/** As the evidence counts them, and those of excluded slices that said that it went wrong. */
function ofRollout({ heardAfter, since }: Scope, rollout: string, release: string): RawBuilder<unknown> {
  const offers = sql`starts_with(o.offer, ${`${rollout}.u`})`;
  return sql`
    SELECT m.device, m.state, m.because AS said, m.standing, m.recalled,
      m.state = 'rolled-back' OR EXISTS (SELECT FROM outcomes o
        WHERE o.device = m.device AND o.kind = 'rolled-back' AND ${offers}) AS went_back,
      ${rescuedSince(since, sql`m.device`)} AS rescued, ${relayedSince(since, sql`m.device`)} AS relayed,
      -- A report from before it went wrong says nothing about how it is now.
      coalesce(running_version(d.report) <> ${release} AND (d.report -> 'health' ->> 'ok')::boolean
        AND (d.reported_at >= m.state_at OR m.state = 'excluded'), false) AS well,
      coalesce(c.last_seen > ${heardAfter}, false) AS heard
    FROM members m JOIN devices d ON d.device = m.device LEFT JOIN contacts c ON c.device = m.device
    WHERE m.rollout = ${rollout} AND (m.state IN ('rolled-back', 'silent') OR (m.state = 'failed' AND m.exposed)
      OR (m.state = 'excluded' AND m.exposed AND EXISTS (SELECT FROM outcomes o
        WHERE o.device = m.device AND o.kind IN ('rolled-back', 'unhealthy') AND ${offers})))`;
}

/** Without a rollout: devices that showed the code, or that a ticket with it names. */
function withCode({ heardAfter, since }: Scope, code: string): RawBuilder<unknown> {
  return sql`
    SELECT d.device, 'failed' AS state, ${`showed ${code}`} AS said, '{}'::text[] AS standing, false AS recalled,
      true AS went_back,
      ${rescuedSince(since, sql`d.device`)} AS rescued, ${relayedSince(since, sql`d.device`)} AS relayed,
      coalesce(NOT jsonb_exists(d.report -> 'errors', ${code}) AND (d.report -> 'health' ->> 'ok')::boolean
        AND d.reported_at >= d.trouble_at, false) AS well,
      coalesce(c.last_seen > ${heardAfter}, false) AS heard
    FROM devices d LEFT JOIN contacts c ON c.device = d.device
    WHERE d.trouble_at >= ${since} AND jsonb_exists_any(d.trouble, ARRAY[${code}, ${`ticket:${code}`}])`;
}

function rescuedSince(since: number, device: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`EXISTS (SELECT FROM outcomes o WHERE o.device = ${device} AND starts_with(o.offer, 'rescue.')
    AND o.kind IN ('installed', 'confirmed') AND o.received_at >= ${since})`;
}

/** As the device said it: a neighbour on the link or on the mesh. */
function relayedSince(since: number, device: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`EXISTS (SELECT FROM outcomes o WHERE o.device = ${device} AND starts_with(o.offer, 'rescue.')
    AND o.kind IN ('installed', 'confirmed') AND o.received_at >= ${since}
    AND o.body -> 'road' ->> 'by' IN ('link', 'mesh'))`;
}

type Group = RecoveryFacts & { readonly state: string; readonly devices: number };

export interface Harm {
  readonly harmed: IncidentView['harmed'];
  readonly recovery: RecoveryView;
}

export async function countHarm(db: Kysely<Database>, scope: Scope): Promise<Harm> {
  const { rows } = await sql<Group>`
    SELECT state, went_back AS "wentBack", recalled, rescued, relayed, well, heard, count(*)::int AS devices
    FROM (${harmedSql(scope)}) AS h GROUP BY 1, 2, 3, 4, 5, 6, 7`.execute(db);
  const sum = (fits: (group: Group) => boolean) =>
    rows.filter(fits).reduce((total, { devices }) => total + devices, 0);
  const became = (recovery: Recovery) => sum((group) => recoveryOf(group) === recovery);
  return {
    harmed: {
      devices: sum(() => true),
      failed: sum(({ state }) => state === 'failed'),
      rolledBack: sum(({ state }) => state === 'rolled-back'),
      silent: sum(({ state }) => state === 'silent'),
      excluded: sum(({ state }) => state === 'excluded'),
      exposed: await countExposed(db, scope),
    },
    recovery: {
      itself: became('itself'),
      recall: became('recall'),
      rescue: became('rescue'),
      relay: became('relay'),
      release: became('release'),
      waiting: became('waiting'),
      technician: became('technician'),
    },
  };
}

async function countExposed(db: Kysely<Database>, { rollout }: Scope): Promise<number> {
  const { rows } = rollout
    ? await sql<{ devices: number }>`SELECT count(*)::int AS devices FROM members
        WHERE rollout = ${rollout.rollout} AND exposed`.execute(db)
    : await sql<{ devices: number }>`SELECT count(*)::int AS devices FROM devices
        WHERE report IS NOT NULL`.execute(db);
  return rows[0]?.devices ?? 0;
}

/** True for the rows of `harmedSql` that mean this; as `h`. */
export function meaning(recovery: Recovery): RawBuilder<boolean> {
  const rows = factsMeaning(recovery).map(
    ({ wentBack, recalled, rescued, relayed, well, heard }) =>
      sql`(${sql.lit(wentBack)}, ${sql.lit(recalled)}, ${sql.lit(rescued)}, ${sql.lit(relayed)}, ${sql.lit(well)}, ${sql.lit(heard)})`,
  );
  return sql`(h.went_back, h.recalled, h.rescued, h.relayed, h.well, h.heard) IN (${sql.join(rows)})`;
}
