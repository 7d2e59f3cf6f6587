/** The one place where an incident comes into being, with its entry in the log. */
import type { Instant } from '@tuesday/protocol';
import type { Insertable, Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Database } from '../db/schema.ts';
import { nameOf, newIncidentId } from './incident.ts';

type About = Pick<Insertable<Database['incidents']>, 'title' | 'cause' | 'rollout' | 'release' | 'code'>;

/**
 * @param db a transaction
 * @returns its id; undefined when an incident about the rollout is not closed yet
 */
export async function insertIncident(
  db: Kysely<Database>,
  about: About,
  { at, actor, because }: { readonly at: Instant; readonly actor: Actor; readonly because: string },
): Promise<string | undefined> {
  const opened = await db
    .insertInto('incidents')
    .values({ ...about, incident: newIncidentId(), because, opened_at: at, opened_by: nameOf(actor) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('incident')
    .executeTakeFirst();
  if (!opened) return undefined;
  const { title, cause, rollout = null, code = null } = about;
  await appendAudit(db, {
    at,
    actor,
    verb: 'incident.open',
    object: `incident ${opened.incident}`,
    because,
    after: { title, cause, rollout, code },
  });
  return opened.incident;
}
