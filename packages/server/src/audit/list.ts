/** The log as it is searched and shown. */
import { type AuditQuery, type AuditView, isAllowed } from '@tuesday/protocol';
import { type ExpressionBuilder, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import type { Principal } from '../identity/principal.ts';

/** All that the hash of an entry is of, and the hash: whoever reads a page can verify it. */
const COLUMNS = [
  'seq',
  'at',
  'fleet',
  'actor',
  'person',
  'origin',
  'factor',
  'verb',
  'object',
  'because',
  'before',
  'after',
  'previous',
  'hash',
] as const;

type Parts = Pick<Context, 'db' | 'organisation' | 'fleet'>;

/**
 * Entries of this fleet in order; admins also see those that concern the whole organisation, and those from before
 * there were fleets.
 */
export async function listAudit(
  { db, organisation, fleet }: Parts,
  { roles }: Pick<Principal, 'roles'>,
  asked: Pick<AuditQuery, 'after' | 'limit'> & Partial<AuditQuery>,
): Promise<AuditView> {
  const { after, limit, actor, verb, object, from, until } = asked;
  let query = db
    .selectFrom('installation.audit_entries')
    .select(COLUMNS)
    .where('organisation', '=', organisation)
    .where('seq', '>', after);
  query = isAllowed(roles, 'administer')
    ? query.where((is) => is.or([is('fleet', '=', fleet), is('fleet', 'is', null)]))
    : query.where('fleet', '=', fleet);
  if (actor !== undefined)
    query = query.where((is) => is.or([is('actor', '=', actor), is('person', '=', actor)]));
  if (verb !== undefined) query = query.where((is) => hasVerb(is, verb));
  if (object !== undefined) query = query.where((is) => hasObject(is, object));
  if (from !== undefined) query = query.where('at', '>=', from);
  if (until !== undefined) query = query.where('at', '<', until);
  const entries = await query
    .orderBy('seq')
    .limit(limit + 1)
    .execute();
  const shown = entries.slice(0, limit);
  return { entries: shown, next: entries.length > limit ? (shown.at(-1)?.seq ?? null) : null };
}

type Entries = ExpressionBuilder<Database, 'installation.audit_entries'>;

/** `rollout.halt`, or its first word `rollout`. */
function hasVerb(is: Entries, verb: string) {
  return verb.includes('.') ? is('verb', '=', verb) : is(sql<string>`split_part(verb, '.', 1)`, '=', verb);
}

/** `rollout r-1`, or what stands after its first word, `r-1`. */
function hasObject(is: Entries, object: string) {
  return object.includes(' ')
    ? is('object', '=', object)
    : is(sql<string>`substr(object, strpos(object, ' ') + 1)`, '=', object);
}
