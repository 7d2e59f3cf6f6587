/** Excludes one device from offers. */
import { type DeviceView, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { notify } from '../context.ts';
import { type DeviceContext, viewDevice } from './devices.ts';

export async function holdDevice(
  context: DeviceContext,
  actor: Actor,
  device: string,
  because: string,
): Promise<OrRefused<DeviceView>> {
  const found = await context.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('devices')
      .select('held')
      .where('device', '=', device)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return false;
    await trx.updateTable('devices').set({ held: because }).where('device', '=', device).execute();
    await notify(trx, { kind: 'offers' });
    await appendAudit(trx, {
      at: context.clock.now(),
      actor,
      verb: 'device.hold',
      object: `device ${device}`,
      because,
      before: { held: row.held },
      after: { held: because },
    });
    return true;
  });
  if (!found) return { refused: refuse('not-found', `there is no device ${device}`) };
  return viewDevice(context, device);
}
