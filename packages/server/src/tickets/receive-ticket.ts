/**
 * A ticket from a help desk. Believed only with the secret of its hook; of Zendesk only within five minutes of real
 * time. The number of the ticket is what makes it count once, however often it is sent.
 */
import { isRefused, type OrRefused, refuse, wallClock } from '@tuesday/protocol';
import { type Selectable, sql } from 'kysely';
import { type Context, notify } from '../context.ts';
import type { TicketHooksTable } from '../db/schema-codes.ts';
import { inTransaction } from '../db/transact.ts';
import { isFromFreshdesk, isSignedByZendesk, readTicket } from './hook-messages.ts';
import { openSecret } from './hooks.ts';
import { type GivenTicket, storeTickets } from './store.ts';
import { AHEAD, knownDevices } from './tickets.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config'>;
type HookRow = Selectable<TicketHooksTable>;

export interface IncomingTicket {
  readonly hook: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** As it came. */
  readonly text: string;
}

/** The same for a hook that is not there: nobody learns which are. */
const NOT_PROVED = {
  refused: refuse(
    'unauthenticated',
    'the message does not carry the signature or secret of this hook, or was not signed just now',
    {
      try: 'look at the secret with tuesday ticket hook list, and mind the clock; docs/tickets.md shows both forms',
    },
  ),
};

export async function receiveTicket(
  parts: Parts,
  incoming: IncomingTicket,
): Promise<OrRefused<{ ok: true }>> {
  const row = await parts.db
    .selectFrom('ticket_hooks')
    .selectAll()
    .where('hook', '=', incoming.hook)
    .executeTakeFirst();
  if (!row || !isProved(parts, row, incoming)) return NOT_PROVED;
  const ticket = parse(row, incoming.text);
  return isRefused(ticket) ? ticket : keep(parts, row, ticket);
}

function isProved({ config }: Parts, row: HookRow, { headers, text }: IncomingTicket): boolean {
  if (row.sealed === null) return false;
  const secret = openSecret(config, row.hook, row.sealed);
  return row.desk === 'zendesk'
    ? isSignedByZendesk(headers, text, secret, wallClock().now())
    : isFromFreshdesk(headers, secret);
}

function parse({ desk, fields }: HookRow, text: string): OrRefused<GivenTicket> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { refused: refuse('bad-request', 'the body is not JSON') };
  }
  const ticket = readTicket(desk, fields, body);
  if ('wrong' in ticket)
    return { refused: refuse('bad-request', `${ticket.field}: ${ticket.wrong}`, { field: ticket.field }) };
  const kept = [ticket.ticket, ticket.customer ?? ''];
  if (kept.some((one) => one.includes('\0') || !one.isWellFormed()))
    return { refused: refuse('bad-request', 'the message holds a character that cannot be kept') };
  return ticket;
}

function keep(
  { db, clock }: Parts,
  { hook, prefix }: HookRow,
  given: GivenTicket,
): Promise<OrRefused<{ ok: true }>> {
  const now = clock.now();
  if ((given.at ?? 0) > now + AHEAD)
    return Promise.resolve({
      refused: refuse('bad-request', 'the ticket lies in the future', { field: 'created_at' }),
    });
  return inTransaction(db, async (trx): Promise<OrRefused<{ ok: true }>> => {
    const known = await knownDevices(trx, [given]);
    // A customer who mistypes the serial number is still a customer with an error.
    const device = given.device !== undefined && known.has(given.device) ? given.device : undefined;
    const ticket = { ...given, device, ticket: `${prefix}${given.ticket}` };
    const { added } = await storeTickets(trx, [ticket], now);
    await sql`UPDATE ticket_hooks SET last_heard_at = ${now}::bigint, tickets = tickets + ${added}
      WHERE hook = ${hook}`.execute(trx);
    if (added > 0) await notify(trx, { kind: 'tickets' });
    return { ok: true };
  });
}
