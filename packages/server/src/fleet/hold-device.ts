/** Excludes one device from offers, and lets it in again. */
import { type DeviceView, type OrRefused, refuse } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import { viewDevice } from './devices.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'progress'>;

export function holdDevice(context: Parts, actor: Actor, device: string, because: string) {
  return setHeld(context, actor, device, because, because);
}

export function unholdDevice(context: Parts, actor: Actor, device: string, because: string) {
  return setHeld(context, actor, device, because, null);
}

async function setHeld(
  context: Parts,
  actor: Actor,
  device: string,
  because: string,
  held: string | null,
): Promise<OrRefused<DeviceView>> {
  const found = await context.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('devices')
      .select('held')
      .where('device', '=', device)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return false;
    await trx.updateTable('devices').set({ held }).where('device', '=', device).execute();
    await notify(trx, { kind: 'offers' });
    await appendAudit(trx, {
      at: context.clock.now(),
      actor,
      verb: held === null ? 'device.unhold' : 'device.hold',
      object: `device ${device}`,
      because,
      before: { held: row.held },
      after: { held },
    });
    return true;
  });
  if (!found) return { refused: refuse('not-found', `there is no device ${device}`) };
  return viewDevice(context, device);
}
