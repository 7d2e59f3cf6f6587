/**
 * A rollout that stops for good opens an incident, in the transaction that stops it. A recall of what has halted is a
 * part of the incident that the halt opened.
 */
import type { IncidentCause, RolloutEvent } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import { ENGINE } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Database } from '../db/schema.ts';
import type { Happening, RolloutRow } from '../rollouts/apply.ts';
import { insertIncident } from './insert-incident.ts';

/** @param db the transaction of what happened */
export async function incidentsOf(
  db: Kysely<Database>,
  row: Pick<RolloutRow, 'rollout' | 'name' | 'release' | 'phase'>,
  happening: Pick<Happening, 'events' | 'at' | 'actor' | 'because'>,
): Promise<void> {
  for (const event of happening.events) {
    const cause = causeOf(event, row.phase);
    if (cause !== undefined) await openOne(db, row, cause, happening);
    if (event.kind === 'recall-finished') await mitigate(db, row.rollout, happening);
  }
}

function causeOf({ kind }: RolloutEvent, phase: RolloutRow['phase']): IncidentCause | undefined {
  if (kind === 'halted') return 'halt';
  return kind === 'recall-started' && phase !== 'halted' ? 'recall' : undefined;
}

/** One that is not closed is enough. */
async function openOne(
  db: Kysely<Database>,
  { rollout, name, release }: Pick<RolloutRow, 'rollout' | 'name' | 'release'>,
  cause: IncidentCause,
  happening: Pick<Happening, 'at' | 'actor' | 'because'>,
): Promise<void> {
  const named = name.includes(release) ? name : `${name} (${release})`;
  const title = `${named} ${cause === 'halt' ? 'has halted' : 'is recalled'}`.slice(0, 200);
  await insertIncident(db, { title, cause, rollout, release }, happening);
}

/** Everybody who can be reached is back: nothing new goes wrong. */
async function mitigate(
  db: Kysely<Database>,
  rollout: string,
  { at, because }: Pick<Happening, 'at' | 'because'>,
): Promise<void> {
  const changed = await db
    .updateTable('incidents')
    .set({ state: 'mitigated', mitigated_at: at })
    .where('rollout', '=', rollout)
    .where('state', '=', 'open')
    .returning('incident')
    .executeTakeFirst();
  if (!changed) return;
  await appendAudit(db, {
    at,
    actor: ENGINE,
    verb: 'incident.mitigate',
    object: `incident ${changed.incident}`,
    because,
    before: { state: 'open' },
    after: { state: 'mitigated' },
  });
}
