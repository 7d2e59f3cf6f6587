/** Appends events to a rollout: the only way its state changes. */
import { type Blame, isRefused, type OrRefused, refuse, type RolloutEvent } from '@tuesday/protocol';
import { evolve } from '@tuesday/rollout';
import type { Kysely, Selectable } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { notify } from '../context.ts';
import type { Database, RolloutsTable } from '../db/schema.ts';
import { incidentsOf } from '../incidents/open-by-itself.ts';
import { announcement, putEffect } from '../outbox/put.ts';
import { tell } from './tell.ts';

export type RolloutRow = Selectable<RolloutsTable>;

export interface Happening {
  readonly events: readonly RolloutEvent[];
  readonly at: number;
  readonly actor: Actor;
  /** The sentence that stands on screen from now on. */
  readonly because: string;
  /** Verb of the audit entry, for instance `rollout.halt`. */
  readonly verb: string;
  readonly blame?: readonly Blame[];
}

/** Locks the row until the transaction ends. */
export async function loadRollout(db: Kysely<Database>, rollout: string): Promise<OrRefused<RolloutRow>> {
  const row = await db
    .selectFrom('rollouts')
    .selectAll()
    .where('rollout', '=', rollout)
    .forUpdate()
    .executeTakeFirst();
  return row ?? { refused: refuse('not-found', `there is no rollout ${rollout}`) };
}

/**
 * Events, snapshot, audit entry, announcement, notification and incident, in the caller's transaction.
 *
 * @returns `wrong-phase` for what cannot happen, `conflict` when somebody else was first; nothing is written then
 */
export async function apply(
  db: Kysely<Database>,
  row: RolloutRow,
  happening: Happening,
): Promise<OrRefused<RolloutRow>> {
  const { events, at, actor, because, verb } = happening;
  let state = row.state;
  for (const event of events) {
    const next = evolve(state, event, at);
    if (isRefused(next)) return next;
    state = next;
  }
  const seq = row.seq + events.length;
  const blame = happening.blame ?? row.blame;
  const changed = { phase: state.phase, seq, because, look_again_at: null };
  const written = await db
    .updateTable('rollouts')
    .set({ ...changed, state: JSON.stringify(state), blame: JSON.stringify(blame) })
    .where('rollout', '=', row.rollout)
    .where('seq', '=', row.seq)
    .returning('rollout')
    .executeTakeFirst();
  if (!written) return { refused: refuse('conflict', `rollout ${row.rollout} moved on meanwhile`) };
  await db
    .insertInto('rollout_events')
    .values(
      events.map((event, index) => ({
        rollout: row.rollout,
        seq: row.seq + index + 1,
        at,
        actor: actor.label,
        event: JSON.stringify(event),
        because,
      })),
    )
    .execute();
  await putEffect(db, at, announcement(row.devices));
  await tell(db, row, happening);
  await notify(db, { kind: 'rollout', rollout: row.rollout });
  await incidentsOf(db, row, happening);
  await appendAudit(db, {
    at,
    actor,
    verb,
    object: `rollout ${row.rollout}`,
    because,
    before: { phase: row.phase, seq: row.seq },
    after: { phase: state.phase, seq, events },
  });
  return { ...row, ...changed, state, blame: [...blame] };
}
