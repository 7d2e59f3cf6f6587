/** A campaign ends: nobody is asked to carry anything for it any more. */
import type { CampaignView, OrRefused, Refusal } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { nameOf } from '../incidents/incident.ts';
import { act, type Parts } from './act.ts';
import type { CampaignRow } from './campaign.ts';

export interface Ending {
  readonly recovery: string;
  readonly actor: Actor;
  readonly because: string;
  readonly state: 'finished' | 'stopped';
}

export function endRecovery(
  context: Parts,
  { recovery, actor, because, state }: Ending,
  mayNot: (trx: Kysely<Database>, row: CampaignRow) => Promise<Refusal | null>,
): Promise<OrRefused<CampaignView>> {
  const verb = state === 'finished' ? 'recovery.finish' : 'recovery.stop';
  return act(context, { recovery, actor, verb, because }, async (trx, row, at) => {
    const refused = await mayNot(trx, row);
    if (refused !== null) return { refused };
    await trx
      .updateTable('recoveries')
      .set({ state, ended_at: at, ended_by: nameOf(actor), ended_because: because })
      .where('recovery', '=', recovery)
      .execute();
    await notify(trx, { kind: 'offers' });
    return { before: { state: row.state }, after: { state } };
  });
}
