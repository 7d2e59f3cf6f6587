/** Tickets out of a CSV file: all of them, or none and the lines that are wrong. */
import type { Readable } from 'node:stream';
import {
  deviceIdSchema,
  type ImportQuery,
  type ImportView,
  isRefused,
  type OrRefused,
  parseCode,
  refuse,
  type Refusal,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { type Line, readCsv, wrongLines } from '../csv/read-csv.ts';
import { inTransaction } from '../db/transact.ts';
import { type Columns, columnsOf } from './csv-columns.ts';
import { findCodes } from './find-codes.ts';
import { isZone, momentOf } from './moment.ts';
import { type GivenTicket, storeTickets } from './store.ts';
import { AHEAD, knownDevices } from './tickets.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

/** Tickets of one statement. */
const CHUNK = 1_000;

export async function importTickets(
  { db, clock }: Parts,
  actor: Actor,
  query: ImportQuery,
  body: Readable,
): Promise<OrRefused<ImportView>> {
  if (query.zone !== undefined && !isZone(query.zone))
    return { refused: refuse('bad-request', `there is no zone ${query.zone}`, { field: 'zone' }) };
  const now = clock.now();
  const lines = await readCsv<Columns, GivenTicket>(body, {
    delimiter: query.delimiter,
    columns: (header) => columnsOf(header, query),
    take: (record, columns) => ticketOf(record, columns, query, now),
  });
  if (isRefused(lines)) return lines;
  return inTransaction(db, async (trx) => {
    const unknown = await unknownDevices(trx, lines.lines);
    if (unknown) return { refused: unknown };
    const tickets = lines.lines.map(({ value }) => value);
    let added = 0;
    for (let from = 0; from < tickets.length; from += CHUNK)
      added += (await storeTickets(trx, tickets.slice(from, from + CHUNK), now)).added;
    const view = viewOf(tickets, added);
    await appendAudit(trx, {
      at: now,
      actor,
      verb: 'ticket.import',
      object: `${view.lines} tickets`,
      because: 'imported from a file',
      after: view,
    });
    return view;
  });
}

function viewOf(tickets: readonly GivenTicket[], added: number): ImportView {
  const counts = new Map<string, number>();
  for (const code of tickets.flatMap(({ codes: [code] }) => code ?? []))
    counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts].map(([code, number]) => ({ code, tickets: number }));
  return {
    lines: tickets.length,
    added,
    known: tickets.length - added,
    withoutCode: tickets.filter((ticket) => ticket.codes.length === 0).length,
    codes: codes.sort((a, b) => b.tickets - a.tickets || a.code.localeCompare(b.code)).slice(0, 100),
  };
}

function ticketOf(
  record: readonly string[],
  columns: Columns,
  { zone, prefix }: ImportQuery,
  now: number,
): GivenTicket | { readonly wrong: string } {
  const cell = (column: number | undefined) => (column === undefined ? '' : (record[column] ?? '').trim());
  const number = cell(columns.ticket);
  if (number === '' || number.length > 80) return { wrong: 'a ticket has a number of 1 to 80 characters' };
  const given = cell(columns.code);
  const code = given === '' ? undefined : parseCode(given);
  const at = cell(columns.at) === '' ? undefined : momentOf(cell(columns.at), zone);
  if (typeof at === 'object') return { wrong: `"${cell(columns.at).slice(0, 40)}" ${at.wrong}` };
  if (at !== undefined && (at < 0 || at > now + AHEAD)) return { wrong: 'the ticket lies in the future' };
  const device = cell(columns.device);
  if (device !== '' && !deviceIdSchema.safeParse(device).success)
    return { wrong: `"${device.slice(0, 64)}" is no device` };
  // A field for codes that holds a sentence is a text as well.
  const texts = [given, ...columns.text.map(cell)];
  return {
    ticket: `${prefix}${number}`,
    codes: code === undefined ? findCodes(texts) : [code],
    ...(device === '' ? {} : { device }),
    ...(cell(columns.customer) === '' ? {} : { customer: cell(columns.customer).slice(0, 200) }),
    ...(at === undefined ? {} : { at }),
  };
}

async function unknownDevices(
  trx: Kysely<Database>,
  lines: ReadonlyArray<Line<GivenTicket>>,
): Promise<Refusal | undefined> {
  const known = await knownDevices(
    trx,
    lines.map(({ value }) => value),
  );
  const wrong = lines
    .filter(({ value: { device } }) => device !== undefined && !known.has(device))
    .map(({ line, value }) => `line ${line}: there is no device ${value.device}`);
  return wrong.length === 0 ? undefined : wrongLines(wrong);
}
