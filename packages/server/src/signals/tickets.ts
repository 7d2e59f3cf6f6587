/**
 * Tickets of the help desk. One that names a device is trouble of that device, so it counts in the trial like an
 * error code that the device reported itself, whichever arm it is in.
 */
import { isRefused, type OrRefused, refuse, type TicketListView } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';

export interface Ticket {
  readonly ticket: string;
  readonly code: string;
  readonly device?: string | undefined;
  readonly at?: number | undefined;
}

const DAY = 24 * 3_600_000;
/** Clocks of help desks may be a little ahead. */
const AHEAD = 5 * 60_000;
const SHOWN = 100;

type Parts = Pick<Context, 'db' | 'clock'>;

export async function addTickets(
  context: Parts,
  tickets: readonly Ticket[],
): Promise<OrRefused<TicketListView>> {
  const now = context.clock.now();
  const added = await context.db.transaction().execute(async (trx): Promise<OrRefused<{ ok: true }>> => {
    const problem = await findProblem(trx, tickets, now);
    if (problem) return problem;
    await store(trx, tickets, now);
    return { ok: true };
  });
  return isRefused(added) ? added : listTickets(context);
}

async function findProblem(
  trx: Kysely<Database>,
  tickets: readonly Ticket[],
  now: number,
): Promise<{ refused: ReturnType<typeof refuse> } | undefined> {
  const named = tickets.flatMap(({ device }) => (device === undefined ? [] : [device]));
  const { rows } = await sql<{
    device: string;
  }>`SELECT device FROM devices WHERE device = ANY(${named})`.execute(trx);
  const known = new Set(rows.map(({ device }) => device));
  for (const [index, { device, at }] of tickets.entries()) {
    if (device !== undefined && !known.has(device))
      return {
        refused: refuse('not-found', `there is no device ${device}`, {
          field: `tickets.${index}.device`,
          try: 'leave the device out if it is not known',
        }),
      };
    if (at !== undefined && at > now + AHEAD)
      return {
        refused: refuse('bad-request', 'the ticket lies in the future', { field: `tickets.${index}.at` }),
      };
  }
  return undefined;
}

async function store(trx: Kysely<Database>, tickets: readonly Ticket[], now: number): Promise<void> {
  const column = <K extends keyof Ticket>(key: K) => tickets.map((ticket) => ticket[key] ?? null);
  // Trouble only of tickets that are new: an import that is repeated must not make old trouble young.
  await sql`WITH given AS (
      SELECT DISTINCT ON (ticket) ticket, code, device, least(coalesce(at, ${now}), ${now}) AS at
      FROM unnest(${column('ticket')}::text[], ${column('code')}::text[], ${column('device')}::text[], ${column('at')}::bigint[])
        AS u (ticket, code, device, at)
    ), fresh AS (
      INSERT INTO tickets (ticket, code, device, at) SELECT ticket, code, device, at FROM given
      ON CONFLICT DO NOTHING RETURNING code, device, at
    )
    UPDATE devices d SET trouble_at = f.at, trouble = f.words
    FROM (SELECT device, max(at) AS at, jsonb_agg(DISTINCT 'ticket:' || code) AS words FROM fresh
      WHERE device IS NOT NULL GROUP BY device) AS f
    WHERE d.device = f.device AND coalesce(d.trouble_at, 0) <= f.at`.execute(trx);
}

export async function listTickets({ db, clock }: Parts): Promise<TicketListView> {
  const now = clock.now();
  const tickets = await db
    .selectFrom('tickets')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('ticket')
    .limit(SHOWN)
    .execute();
  const { rows } = await sql<TicketListView['codes'][number]>`
    SELECT t.code, count(*) FILTER (WHERE t.at > ${now - DAY})::int AS "lastDay",
      count(*) FILTER (WHERE t.at <= ${now - DAY})::int AS "dayBefore",
      EXISTS (SELECT 1 FROM releases r WHERE r.state = 'published'
        AND r.manifest -> 'errorCodes' @> jsonb_build_array(jsonb_build_object('code', t.code))) AS documented
    FROM tickets t WHERE t.at > ${now - 2 * DAY} GROUP BY t.code ORDER BY 2 DESC, 1`.execute(db);
  return { tickets, codes: rows };
}
