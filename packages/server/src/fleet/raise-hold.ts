/** Lets offers reach a held device again. Who may, and with whose consent, is asked before. */
import { type Instant, type OrRefused, refuse } from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { notify } from '../context.ts';
import type { Database } from '../db/schema.ts';

export interface Raising {
  readonly device: string;
  readonly actor: Actor;
  readonly because: string;
  readonly at: Instant;
}

/** @param trx the transaction */
export async function raiseHold(
  trx: Kysely<Database>,
  { device, actor, because, at }: Raising,
): Promise<OrRefused<{ ok: true }>> {
  const row = await trx
    .selectFrom('devices')
    .select('held')
    .where('device', '=', device)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no device ${device}`) };
  await trx.updateTable('devices').set({ held: null }).where('device', '=', device).execute();
  await notify(trx, { kind: 'offers' });
  await appendAudit(trx, {
    at,
    actor,
    verb: 'device.unhold',
    object: `device ${device}`,
    because,
    before: { held: row.held },
    after: { held: null },
  });
  return { ok: true };
}
