/** Broken glasses, those whose review is open first. */
import type { GlassView, Instant } from '@tuesday/protocol';
import type { Selectable } from 'kysely';
import type { Context } from '../context.ts';
import type { GlassesTable } from '../db/schema-consent.ts';

const SHOWN = 200;

export async function listGlasses({
  db,
  clock,
}: Pick<Context, 'db' | 'clock'>): Promise<{ glasses: GlassView[] }> {
  const rows = await db
    .selectFrom('glasses')
    .selectAll()
    .orderBy((of) => of('closed_at', 'is not', null))
    .orderBy('due_at')
    .limit(SHOWN)
    .execute();
  return { glasses: rows.map((row) => glassView(row, clock.now())) };
}

export function glassView(row: Selectable<GlassesTable>, now: Instant): GlassView {
  return {
    glass: row.glass,
    act: row.act,
    object: row.object,
    by: row.person,
    because: row.because,
    factor: row.factor,
    at: row.at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    review: {
      dueAt: row.due_at,
      // Once everybody was told, a clock that is set back does not make it timely again.
      overdue: row.closed_at === null && (row.reminded_at !== null || now >= row.due_at),
      closedAt: row.closed_at,
      closedBy: row.closed_by,
      finding: row.finding,
    },
    purpose: `break-glass:${row.act}:${row.object}`,
  };
}
