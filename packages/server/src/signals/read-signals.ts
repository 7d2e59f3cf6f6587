/** Signs of trouble from beside the trial, for the judge: each may stop new offers until a person has looked. */
import type { Instant, Signal } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from '../rollouts/apply.ts';

const DAY = 24 * 3_600_000;
/** Tickets of one code in a day that are worth a look, when the day before had a fifth of them at most. */
const TICKETS_LEAST = 10;
const TICKETS_RISE = 5;
/** Offered devices with a code that nobody has documented. */
const UNDOCUMENTED_LEAST = 3;
/** By the rollout's clock: the tick comes twice a second, the answer changes slowly. */
const KEPT_MILLIS = 60_000;

const kept = new WeakMap<
  object,
  Map<string, { readonly at: Instant; readonly signals: readonly Signal[] }>
>();

/** @param owner whoever keeps answers between calls, for instance the database handle */
export async function readSignals(
  owner: object,
  db: Kysely<Database>,
  row: RolloutRow,
  now: Instant,
): Promise<readonly Signal[]> {
  const first = row.state.openedAt[0];
  if (first === undefined) return [];
  const mine = kept.get(owner) ?? new Map<string, { at: Instant; signals: readonly Signal[] }>();
  kept.set(owner, mine);
  const known = mine.get(row.rollout);
  if (known && now >= known.at && now < known.at + KEPT_MILLIS) return known.signals;
  const signals = [...(await ticketSignals(db, first, now)), ...(await codeSignals(db, row.rollout, first))];
  mine.set(row.rollout, { at: now, signals });
  return signals;
}

async function ticketSignals(db: Kysely<Database>, since: Instant, now: Instant): Promise<Signal[]> {
  const from = Math.max(now - DAY, since);
  const { rows } = await sql<{ code: string; recent: number; before: number }>`
    SELECT code, count(*) FILTER (WHERE at > ${from}::bigint)::int AS recent,
      count(*) FILTER (WHERE at <= ${from}::bigint)::int AS before
    FROM tickets WHERE at > ${from - DAY}::bigint AND code IS NOT NULL GROUP BY code ORDER BY code`.execute(
    db,
  );
  return rows
    .filter(({ recent, before }) => recent >= TICKETS_LEAST && recent >= TICKETS_RISE * before)
    .map(({ code, recent, before }) => ({
      name: 'tickets',
      level: 'pause',
      because: `${recent} tickets name ${code} since the first offer, and ${before} did in the day before it.`,
    }));
}

/** A code on offered devices that no release declares and no control device reports. */
async function codeSignals(db: Kysely<Database>, rollout: string, since: Instant): Promise<Signal[]> {
  const { rows } = await sql<{ code: string; offered: number; control: number }>`
    SELECT codes.code, count(*) FILTER (WHERE m.exposed)::int AS offered,
      count(*) FILTER (WHERE NOT m.exposed)::int AS control
    FROM devices d JOIN members m ON m.device = d.device AND m.rollout = ${rollout} AND m.state <> 'excluded'
      CROSS JOIN LATERAL jsonb_array_elements_text(d.trouble) AS codes (code)
    WHERE d.trouble_at >= ${since}::bigint AND codes.code LIKE '0x%'
      AND NOT EXISTS (SELECT FROM documented_codes c WHERE c.code = codes.code)
    GROUP BY codes.code ORDER BY codes.code`.execute(db);
  return rows
    .filter(({ offered, control }) => offered > 0 && control === 0)
    .map(({ code, offered }) => ({
      name: 'undocumented code',
      level: offered >= UNDOCUMENTED_LEAST ? 'pause' : 'note',
      because: `${offered} offered ${offered === 1 ? 'device reports' : 'devices report'} ${code}, which no release documents and no control device reports.`,
    }));
}
