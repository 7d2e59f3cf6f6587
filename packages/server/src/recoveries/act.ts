/** What all acts of people on a campaign have in common: the row is locked, it changes, and the log says why. */
import { type CampaignView, isRefused, type OrRefused } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { type CampaignRow, lockCampaign } from './campaign.ts';
import { viewRecovery } from './view.ts';

export type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export interface Act {
  readonly recovery: string;
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
  { recovery, actor, verb, because }: Act,
  change: (trx: Kysely<Database>, row: CampaignRow, at: number) => Promise<OrRefused<Changed>>,
): Promise<OrRefused<CampaignView>> {
  const at = context.clock.now();
  const done = await inTransaction(context.db, async (trx): Promise<OrRefused<{ ok: true }>> => {
    const row = await lockCampaign(trx, recovery);
    if (isRefused(row)) return row;
    const changed = await change(trx, row, at);
    if (isRefused(changed)) return changed;
    await appendAudit(trx, { at, actor, verb, object: `recovery ${recovery}`, because, ...changed });
    return { ok: true };
  });
  return isRefused(done) ? done : viewRecovery(context, recovery);
}
