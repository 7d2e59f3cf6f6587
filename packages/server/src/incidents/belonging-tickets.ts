/** Tickets that belong to an incident: by a code that its devices showed, or by a device. */
import { canonicalCode, type IncidentView } from '@tuesday/protocol';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/schema.ts';
import { harmedSql } from './harmed.ts';
import type { Scope } from './scope.ts';

const SHOWN = 10;

/** The code that it was opened for, and those that harmed devices showed and had not shown before. */
export async function codesOf(db: Kysely<Database>, scope: Scope): Promise<string[]> {
  const { row, rollout, since } = scope;
  const offers = rollout ? sql`starts_with(o.offer, ${`${rollout.rollout}.`})` : sql`false`;
  const { rows } = await sql<{ code: string }>`
    WITH harmed AS (${harmedSql(scope)})
    SELECT DISTINCT o.body ->> 'errorCode' AS code FROM harmed h JOIN outcomes o ON o.device = h.device
      WHERE ${offers} AND o.body ->> 'errorCode' IS NOT NULL
    UNION SELECT DISTINCT replace(w.word, 'ticket:', '') FROM harmed h JOIN devices d ON d.device = h.device
      CROSS JOIN LATERAL jsonb_array_elements_text(d.trouble) AS w (word)
      WHERE d.trouble_at >= ${since} AND w.word ~ '^(ticket:)?0x' AND NOT w.word = ANY (h.standing)`.execute(
    db,
  );
  const codes = [...(row.code === null ? [] : [row.code]), ...rows.map(({ code }) => canonicalCode(code))];
  return [...new Set(codes)].sort();
}

/** Tickets `t` that belong. */
export function belongs(scope: Scope, codes: readonly string[]): RawBuilder<boolean> {
  return sql`t.at >= ${scope.since} AND t.at <= ${scope.until} AND (t.code = ANY (${codes}::text[])
    OR t.device IN (SELECT h.device FROM (${harmedSql(scope)}) AS h))`;
}

export async function readTickets(
  db: Kysely<Database>,
  scope: Scope,
  codes: readonly string[],
): Promise<IncidentView['tickets']> {
  const fits = belongs(scope, codes);
  const counted = await sql<{ code: string | null; tickets: number }>`
    SELECT t.code, count(*)::int AS tickets FROM tickets t WHERE ${fits} GROUP BY t.code`.execute(db);
  const newest = await sql<IncidentView['tickets']['newest'][number]>`
    SELECT t.ticket, t.code, t.device, t.customer, t.at FROM tickets t WHERE ${fits}
    ORDER BY t.at DESC, t.ticket LIMIT ${sql.lit(SHOWN)}`.execute(db);
  return {
    count: counted.rows.reduce((sum, { tickets }) => sum + tickets, 0),
    codes: codes.map((code) => ({
      code,
      tickets: counted.rows.find((one) => one.code === code)?.tickets ?? 0,
    })),
    since: scope.since,
    newest: newest.rows,
  };
}
