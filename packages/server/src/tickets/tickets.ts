/** Tickets of the help desk, one by one, and what is known of them. */
import {
  canonicalCode,
  isRefused,
  type OrRefused,
  refuse,
  type Refusal,
  type TicketListView,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { storeTickets } from './store.ts';

export interface Ticket {
  readonly ticket: string;
  readonly code: string;
  readonly device?: string | undefined;
  readonly customer?: string | undefined;
  readonly at?: number | undefined;
}

const DAY = 24 * 3_600_000;
/** Clocks of help desks may be a little ahead. */
export const AHEAD = 5 * 60_000;
const SHOWN = 100;

type Parts = Pick<Context, 'db' | 'clock'>;

export async function addTickets(
  context: Parts,
  tickets: readonly Ticket[],
): Promise<OrRefused<TicketListView>> {
  const now = context.clock.now();
  const added = await inTransaction(context.db, async (trx) => {
    const refused = await findProblem(trx, tickets, now);
    if (refused) return { refused };
    return storeTickets(
      trx,
      tickets.map(({ code, ...ticket }) => ({ ...ticket, codes: [canonicalCode(code)] })),
      now,
      1,
    );
  });
  return isRefused(added) ? added : listTickets(context);
}

async function findProblem(
  trx: Kysely<Database>,
  tickets: readonly Ticket[],
  now: number,
): Promise<Refusal | undefined> {
  const known = await knownDevices(trx, tickets);
  for (const [index, { device, at }] of tickets.entries()) {
    if (device !== undefined && !known.has(device))
      return refuse('not-found', `there is no device ${device}`, {
        field: `tickets.${index}.device`,
        try: 'leave the device out if it is not known',
      });
    if (at !== undefined && at > now + AHEAD)
      return refuse('bad-request', 'the ticket lies in the future', { field: `tickets.${index}.at` });
  }
  return undefined;
}

/** Those of the devices that the tickets name which there are. */
export async function knownDevices(
  db: Kysely<Database>,
  tickets: ReadonlyArray<{ readonly device?: string | undefined }>,
): Promise<ReadonlySet<string>> {
  const named = [...new Set(tickets.flatMap(({ device }) => (device === undefined ? [] : [device])))];
  if (named.length === 0) return new Set();
  const { rows } = await sql<{
    device: string;
  }>`SELECT device FROM devices WHERE device = ANY(${named})`.execute(db);
  return new Set(rows.map(({ device }) => device));
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
  const { rows } = await sql<{
    code: string | null;
    lastDay: number;
    dayBefore: number;
    documented: boolean;
  }>`
    SELECT t.code, count(*) FILTER (WHERE t.at > ${now - DAY})::int AS "lastDay",
      count(*) FILTER (WHERE t.at <= ${now - DAY})::int AS "dayBefore",
      EXISTS (SELECT FROM documented_codes d WHERE d.code = t.code) AS documented
    FROM tickets t WHERE t.at > ${now - 2 * DAY} GROUP BY t.code ORDER BY 2 DESC, 1`.execute(db);
  const without = rows.find(({ code }) => code === null);
  return {
    tickets,
    codes: rows.flatMap(({ code, ...counts }) => (code === null ? [] : [{ code, ...counts }])),
    withoutCode: { lastDay: without?.lastDay ?? 0, dayBefore: without?.dayBefore ?? 0 },
  };
}
