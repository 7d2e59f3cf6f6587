/** What all acts of people on an incident have in common: the row is locked, it changes, and the log says why. */
import { type IncidentView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { type IncidentRow, lockIncident } from './incident.ts';
import { viewIncident } from './view.ts';

export type Parts = Pick<Context, 'db' | 'clock'>;

export interface Act {
  readonly incident: string;
  readonly actor: Actor;
  readonly verb: string;
  readonly because: string;
}

/** What the change was, for the log. */
interface Changed {
  readonly before?: unknown;
  readonly after: unknown;
}

/** @param change writes it, in the transaction; a refusal undoes what it wrote */
export async function act(
  context: Parts,
  { incident, actor, verb, because }: Act,
  change: (trx: Kysely<Database>, row: IncidentRow, at: number) => Promise<OrRefused<Changed>>,
): Promise<OrRefused<IncidentView>> {
  const at = context.clock.now();
  const done = await inTransaction(context.db, async (trx): Promise<OrRefused<{ ok: true }>> => {
    const row = await lockIncident(trx, incident);
    if (isRefused(row)) return row;
    const changed = await change(trx, row, at);
    if (isRefused(changed)) return changed;
    await appendAudit(trx, { at, actor, verb, object: `incident ${incident}`, because, ...changed });
    return { ok: true };
  });
  return isRefused(done) ? done : viewIncident(context, incident);
}
