/** Tickets out of a CSV file: all of them, or none and the lines that are wrong. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
import { CsvError, parse } from 'csv-parse';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { type Columns, columnsOf } from './csv-columns.ts';
import { findCodes } from './find-codes.ts';
import { isZone, momentOf } from './moment.ts';
import { type GivenTicket, storeTickets } from './store.ts';
import { AHEAD, knownDevices } from './tickets.ts';

type Parts = Pick<Context, 'db' | 'clock'>;

const LINES = 100_000;
const BYTES = 32 * 1_048_576;
/** Bytes of one line. */
const LINE_BYTES = 1_048_576;
/** Lines that a refusal names. */
const NAMED = 10;
/** Tickets of one statement. */
const CHUNK = 1_000;

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

interface Line {
  readonly line: number;
  readonly ticket: GivenTicket;
}

export async function importTickets(
  { db, clock }: Parts,
  actor: Actor,
  query: ImportQuery,
  body: Readable,
): Promise<OrRefused<ImportView>> {
  if (query.zone !== undefined && !isZone(query.zone))
    return { refused: refuse('bad-request', `there is no zone ${query.zone}`, { field: 'zone' }) };
  const now = clock.now();
  const lines = await readLines(body, query, now);
  if (isRefused(lines)) return lines;
  return inTransaction(db, async (trx) => {
    const unknown = await unknownDevices(trx, lines.lines);
    if (unknown) return { refused: unknown };
    const tickets = lines.lines.map(({ ticket }) => ticket);
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

async function readLines(
  body: Readable,
  query: ImportQuery,
  now: number,
): Promise<OrRefused<{ lines: Line[] }>> {
  const lines: Line[] = [];
  const wrong: string[] = [];
  let columns: Columns | undefined;
  const parser = parse({
    bom: true,
    info: true,
    skipEmptyLines: true,
    delimiter: query.delimiter,
    maxRecordSize: LINE_BYTES,
  });
  let refused: Refusal | undefined;
  const take = async (records: AsyncIterable<Parsed>) => {
    for await (const { record, info } of records) {
      if (!columns) {
        const found = columnsOf(record, query);
        if (isRefused(found)) return (refused = found.refused);
        columns = found;
        continue;
      }
      if (lines.length + wrong.length >= LINES) return (refused = tooLarge(`has more than ${LINES} lines`));
      const ticket = ticketOf(record, columns, query, now);
      if ('wrong' in ticket) wrong.push(`line ${info.lines}: ${ticket.wrong}`);
      else lines.push({ line: info.lines, ticket });
    }
    return undefined;
  };
  try {
    // The request itself is not destroyed when the rest of it is not wanted: the refusal has to reach the sender.
    await pipeline(Readable.from(counted(body.iterator({ destroyOnReturn: false }))), parser, take);
  } catch (cause) {
    // Ending early is an error to the pipeline; what was refused says more.
    refused ??= refusalOf(cause);
  }
  if (refused) return { refused };
  if (!columns) return { refused: refuse('bad-request', 'line 1: the file is empty; expected a header') };
  if (wrong.length > 0) return { refused: wrongLines(wrong) };
  return { lines };
}

/** Ends what is longer than a file may be. */
async function* counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > BYTES) throw new TooLarge(`has more than ${BYTES} bytes`);
    yield chunk;
  }
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

function refusalOf(cause: unknown): Refusal {
  if (cause instanceof TooLarge) return tooLarge(cause.message);
  if (!(cause instanceof CsvError)) throw cause;
  if (cause.code === 'CSV_MAX_RECORD_SIZE') return tooLarge(`has a line of more than ${LINE_BYTES} bytes`);
  const line = (cause as { lines?: unknown }).lines;
  const where = typeof line === 'number' ? `line ${line}: ` : '';
  return refuse('bad-request', `${where}${cause.message.slice(0, 300)}`, {
    try: 'write the file as RFC 4180 has it: quotes around what holds a separator or a line end, and "" for a quote',
  });
}

function tooLarge(what: string): Refusal {
  return refuse('too-large', `the file ${what}`, { try: 'divide it; what has come before counts once' });
}

function wrongLines(wrong: readonly string[]): Refusal {
  const rest = wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : '';
  const because = `${wrong.slice(0, NAMED).join('; ')}${rest}`.slice(0, 1_000);
  return refuse('bad-request', because, { try: 'mend these lines; nothing of the file was taken' });
}

function ticketOf(
  record: readonly string[],
  columns: Columns,
  { zone, prefix }: ImportQuery,
  now: number,
): GivenTicket | { readonly wrong: string } {
  const cell = (column: number | undefined) => (column === undefined ? '' : (record[column] ?? '').trim());
  if (record.some((one) => one.includes('\0') || !one.isWellFormed()))
    return { wrong: 'holds a character that cannot be kept' };
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

async function unknownDevices(trx: Kysely<Database>, lines: readonly Line[]): Promise<Refusal | undefined> {
  const known = await knownDevices(
    trx,
    lines.map(({ ticket }) => ticket),
  );
  const wrong = lines
    .filter(({ ticket: { device } }) => device !== undefined && !known.has(device))
    .map(({ line, ticket }) => `line ${line}: there is no device ${ticket.device}`);
  return wrong.length === 0 ? undefined : wrongLines(wrong);
}
