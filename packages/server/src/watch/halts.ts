/** The halts of a rollout, and who has seen them. */
import type { Instant } from '@tuesday/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.ts';

export interface Halt {
  /** Of the event; a rollout from which a slice was excluded can halt again. */
  readonly seq: number;
  readonly at: Instant;
  readonly because: string;
  /** Who has acknowledged it; null: nobody yet. */
  readonly by: string | null;
  readonly acknowledgedAt: Instant | null;
}

export async function lastHalt(db: Kysely<Database>, rollout: string): Promise<Halt | undefined> {
  const { rows } = await sql<Halt>`
    SELECT e.seq, e.at, e.because, a.by_whom AS by, a.at AS "acknowledgedAt"
    FROM rollout_events e LEFT JOIN halt_acknowledgements a ON a.rollout = e.rollout AND a.seq = e.seq
    WHERE e.rollout = ${rollout} AND e.event ->> 'kind' = 'halted' ORDER BY e.seq DESC LIMIT 1`.execute(db);
  return rows[0];
}

/** As the view of a rollout shows it; a halt that is over needs nobody any more. */
export async function acknowledgedOf(
  db: Kysely<Database>,
  { rollout, phase }: { rollout: string; phase: string },
): Promise<{ by: string; at: Instant } | null> {
  if (phase !== 'halted' && phase !== 'recalling' && phase !== 'recalled') return null;
  const halt = await lastHalt(db, rollout);
  if (!halt || halt.by === null || halt.acknowledgedAt === null) return null;
  return { by: halt.by, at: halt.acknowledgedAt };
}
