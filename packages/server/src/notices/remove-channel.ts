/** Sends there no more; what waits for it is dropped. */
import { type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';

export async function removeChannel(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  channel: string,
): Promise<OrRefused<{ ok: true }>> {
  const removed = await db.transaction().execute(async (trx) => {
    // Its messages go with it.
    const row = await trx
      .deleteFrom('notice_channels')
      .where('channel', '=', channel)
      .returning(['name', 'kinds', 'by', 'shown'])
      .executeTakeFirst();
    if (!row) return false;
    const { name, kinds, by, shown } = row;
    await appendAudit(trx, {
      at: clock.now(),
      actor,
      verb: 'notices.remove',
      object: `notice channel ${channel}`,
      because: `notices no longer go to ${name} (${by})`,
      before: { name, kinds, by, to: shown },
    });
    return true;
  });
  return removed
    ? { ok: true }
    : {
        refused: refuse('not-found', `there is no notice channel ${channel}`, { try: 'tuesday notify list' }),
      };
}
