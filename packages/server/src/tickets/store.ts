/**
 * Keeps tickets. One that names a device is trouble of that device, so it counts in the trial like an error code that
 * the device reported itself, whichever arm it is in.
 */
import type { Instant } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import { OPEN_STUBS } from '../codes/settle-codes.ts';
import type { Database } from '../db/schema.ts';

export interface GivenTicket {
  readonly ticket: string;
  /** Canonical. Of several the first that the catalogue knows counts, else the first; none: it counts apart. */
  readonly codes: readonly string[];
  readonly device?: string | undefined;
  readonly customer?: string | undefined;
  /** Now when left out. */
  readonly at?: Instant | undefined;
}

export interface Stored {
  /** Tickets that were not known. */
  readonly added: number;
}

/** What a stranger wrote makes no entry in the catalogue until so many of them did; what our own support says does. */
export const STRANGERS = 3;
const STUB_SPAN = 7 * 24 * 3_600_000;

/**
 * @param db        the transaction
 * @param stubAfter tickets of a code that no release documents, from which on the catalogue has an entry for it
 */
export async function storeTickets(
  db: Kysely<Database>,
  tickets: readonly GivenTicket[],
  now: Instant,
  stubAfter = STRANGERS,
): Promise<Stored> {
  const known = await knownOf(db, tickets);
  const codes = tickets.map((one) => one.codes.find((code) => known.has(code)) ?? one.codes[0] ?? null);
  const column = <K extends 'ticket' | 'device' | 'customer' | 'at'>(key: K) =>
    tickets.map((ticket) => ticket[key] ?? null);
  // Trouble only of tickets that are new: an import that is repeated must not make old trouble young.
  const { rows } = await sql<Stored>`WITH given AS (
      SELECT DISTINCT ON (ticket) ticket, code, device, customer, least(coalesce(at, ${now}), ${now}) AS at
      FROM unnest(${column('ticket')}::text[], ${codes}::text[], ${column('device')}::text[],
        ${column('customer')}::text[], ${column('at')}::bigint[]) WITH ORDINALITY
        AS u (ticket, code, device, customer, at, place)
      ORDER BY ticket, place
    ), fresh AS (
      INSERT INTO tickets AS t (ticket, code, device, customer, at)
      SELECT ticket, code, device, customer, at FROM given
      ON CONFLICT (ticket) DO UPDATE SET code = excluded.code, device = coalesce(t.device, excluded.device)
        WHERE t.code IS NULL AND excluded.code IS NOT NULL
      RETURNING code, device, at, xmax = 0 AS added
    ), troubled AS (
      UPDATE devices d SET trouble_at = f.at, trouble = f.words
      FROM (SELECT device, max(at) AS at, jsonb_agg(DISTINCT 'ticket:' || code) AS words FROM fresh
        WHERE device IS NOT NULL AND code IS NOT NULL GROUP BY device) AS f
      WHERE d.device = f.device AND coalesce(d.trouble_at, 0) <= f.at
    )
    SELECT count(*) FILTER (WHERE added)::int AS added FROM fresh`.execute(db);
  await openStubs(db, codes, now, stubAfter);
  return rows[0] ?? { added: 0 };
}

async function knownOf(db: Kysely<Database>, tickets: readonly GivenTicket[]): Promise<ReadonlySet<string>> {
  const asked = [...new Set(tickets.flatMap(({ codes }) => (codes.length > 1 ? codes : [])))];
  if (asked.length === 0) return new Set();
  const { rows } = await sql<{ code: string }>`
    SELECT code FROM documented_codes WHERE code = ANY(${asked})
    UNION SELECT code FROM code_stubs WHERE code = ANY(${asked})`.execute(db);
  return new Set(rows.map(({ code }) => code));
}

/** A code that several tickets name and no release documents is seen in the field, too. */
async function openStubs(
  db: Kysely<Database>,
  codes: readonly (string | null)[],
  now: Instant,
  stubAfter: number,
): Promise<void> {
  const named = [...new Set(codes.filter((code) => code !== null))];
  if (named.length === 0) return;
  await sql`INSERT INTO code_stubs (code, opened_at, seen_by)
    SELECT u.code, ${now}::bigint, 'ticket' FROM unnest(${named}::text[]) AS u (code)
    WHERE NOT EXISTS (SELECT FROM documented_codes d WHERE d.code = u.code)
      AND NOT EXISTS (SELECT FROM code_stubs s WHERE s.code = u.code)
      AND (SELECT count(*) FROM tickets t WHERE t.code = u.code AND t.at > ${now - STUB_SPAN}::bigint)
        >= ${stubAfter}
    ORDER BY u.code
    LIMIT (SELECT greatest(0, ${sql.lit(OPEN_STUBS)} - count(*)) FROM code_stubs WHERE closed_at IS NULL)
    ON CONFLICT DO NOTHING`.execute(db);
}
