/** What an incident is about: since when, until when, which rollout, and what counts as not heard any more. */
import { type Instant, toMillis } from '@tuesday/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import type { IncidentRow } from './incident.ts';

const DAY = 24 * 3_600_000;

export interface Scope {
  readonly row: IncidentRow;
  readonly rollout: RolloutRow | undefined;
  /** From the first offer on; without a rollout, from a day before it was opened. */
  readonly since: Instant;
  readonly until: Instant;
  readonly now: Instant;
  /** Who was heard since then is in contact. */
  readonly heardAfter: Instant;
}

export async function scopeOf(db: Kysely<Database>, row: IncidentRow, now: Instant): Promise<Scope> {
  const rollout =
    row.rollout === null
      ? undefined
      : await db.selectFrom('rollouts').selectAll().where('rollout', '=', row.rollout).executeTakeFirst();
  const { openedAt, startedAt } = rollout?.state ?? {};
  const began = openedAt?.[0] ?? startedAt;
  return {
    row,
    rollout,
    // Whoever opened it was late if the first offer is later.
    since: Math.min(began ?? row.opened_at - DAY, row.opened_at),
    until: row.closed_at ?? now,
    now,
    heardAfter: now - (rollout ? toMillis(rollout.plan.silentAfter) : DAY),
  };
}

/** Broken glasses about its rollout, the first one first. */
export async function glassesIn(
  db: Kysely<Database>,
  { rollout, since }: Scope,
): Promise<Array<Selectable<Database['glasses']>>> {
  if (!rollout) return [];
  return db
    .selectFrom('glasses')
    .selectAll()
    .where('object', '=', rollout.rollout)
    .where('at', '>=', since)
    .orderBy('at')
    .execute();
}
