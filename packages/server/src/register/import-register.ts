/** Addresses out of a CSV file: all of them, or none and the lines that are wrong. */
import type { Readable } from 'node:stream';
import {
  isRefused,
  type OrRefused,
  type RegisterEntry,
  type RegisterImportQuery,
  type RegisterImportView,
} from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { type Line, readCsv, wrongLines } from '../csv/read-csv.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { viewRegister } from './read-register.ts';
import { entryOf, type RegisterColumns, registerColumns } from './register-columns.ts';

/** Entries of one statement. */
const CHUNK = 1_000;

export async function importRegister(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  { because, delimiter, mode }: RegisterImportQuery,
  body: Readable,
): Promise<OrRefused<RegisterImportView>> {
  const read = await readCsv<RegisterColumns, RegisterEntry>(body, {
    delimiter,
    columns: registerColumns,
    take: entryOf,
  });
  if (isRefused(read)) return read;
  const twice = repeated(read.lines);
  if (twice.length > 0) return { refused: wrongLines(twice) };
  const entries = read.lines.map(({ value }) => value);
  const at = clock.now();
  return inTransaction(db, async (trx) => {
    // One import after the other: each is whole, and the last one is what holds.
    await sql`LOCK TABLE address_register IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
    const deleted = mode === 'replace' ? await deleteOthers(trx, entries) : 0;
    let [added, changed] = [0, 0];
    for (let from = 0; from < entries.length; from += CHUNK) {
      const stored = await store(trx, entries.slice(from, from + CHUNK), at);
      added += stored.added;
      changed += stored.changed;
    }
    const counts = { lines: entries.length, added, changed, deleted };
    await appendAudit(trx, {
      at,
      actor,
      verb: 'register.import',
      object: 'address register',
      because,
      after: { ...counts, mode },
    });
    return { ...counts, register: await viewRegister({ db: trx }) };
  });
}

function repeated(lines: ReadonlyArray<Line<RegisterEntry>>): string[] {
  const first = new Map<string, number>();
  return lines.flatMap(({ line, value: { device } }) => {
    const before = first.get(device);
    if (before !== undefined)
      return [`line ${line}: column device: ${device} stands in line ${before} already`];
    first.set(device, line);
    return [];
  });
}

async function store(trx: Kysely<Database>, entries: readonly RegisterEntry[], at: number) {
  const column = (field: keyof RegisterEntry) => entries.map((entry) => entry[field]);
  const { rows } = await sql<{ added: number; changed: number }>`WITH stored AS (
      INSERT INTO address_register AS r (device, customer, address, contact, imported_at)
      SELECT device, customer, address, contact, ${at}::bigint
      FROM unnest(${column('device')}::text[], ${column('customer')}::text[], ${column('address')}::text[],
        ${column('contact')}::text[]) AS u (device, customer, address, contact)
      ON CONFLICT (device) DO UPDATE SET customer = excluded.customer, address = excluded.address,
        contact = excluded.contact, imported_at = excluded.imported_at
        WHERE (r.customer, r.address, r.contact) IS DISTINCT FROM
          (excluded.customer, excluded.address, excluded.contact)
      RETURNING xmax = 0 AS added
    ) SELECT count(*) FILTER (WHERE added)::int AS added, count(*) FILTER (WHERE NOT added)::int AS changed
    FROM stored`.execute(trx);
  return rows[0] ?? { added: 0, changed: 0 };
}

async function deleteOthers(trx: Kysely<Database>, entries: readonly RegisterEntry[]): Promise<number> {
  const devices = entries.map(({ device }) => device);
  const { rows } = await sql<{ deleted: number }>`WITH gone AS (
      DELETE FROM address_register r WHERE NOT EXISTS
        (SELECT FROM unnest(${devices}::text[]) AS u (device) WHERE u.device = r.device)
      RETURNING 1
    ) SELECT count(*)::int AS deleted FROM gone`.execute(trx);
  return rows[0]?.deleted ?? 0;
}
