/** Issues a key that devices enrol with. */
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { hashToken, newFleetKey } from '../devices/tokens.ts';

export async function createFleetKey(
  { db, clock, fleet }: Pick<Context, 'db' | 'clock' | 'fleet'>,
  actor: Actor,
  because: string,
): Promise<{ fleetKey: string }> {
  const fleetKey = newFleetKey(fleet);
  const at = clock.now();
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('fleet_keys')
      .values({ hash: hashToken(fleetKey), created_at: at })
      .execute();
    await appendAudit(trx, { at, actor, verb: 'fleet-key.create', object: 'fleet', because });
  });
  return { fleetKey };
}
