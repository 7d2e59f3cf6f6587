/** Raising a hold sends something to a device that was kept from it: under a policy that asks for consent, two. */
import { type DeviceView, isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import { askConsent } from '../approvals/ask.ts';
import { needsConsent } from '../approvals/needs-consent.ts';
import type { Actor } from '../audit/actor.ts';
import { readPolicy } from '../policy/policy.ts';
import { type DeviceContext, viewDevice } from './devices.ts';
import { raiseHold } from './raise-hold.ts';

export async function unholdDevice(
  context: DeviceContext,
  actor: Actor,
  device: string,
  because: string,
): Promise<OrRefused<DeviceView>> {
  const at = context.clock.now();
  const done = await context.db.transaction().execute(async (trx): Promise<OrRefused<{ ok: true }>> => {
    const row = await trx
      .selectFrom('devices')
      .select('held')
      .where('device', '=', device)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return { refused: refuse('not-found', `there is no device ${device}`) };
    const policy = await readPolicy(trx);
    if (row.held === null || policy.approvals.needed === 0)
      return raiseHold(trx, { device, actor, because, at });
    const covers = { subject: 'unhold', device, held: row.held, policy } as const;
    const request = await askConsent(trx, { covers, object: device, actor, because, makers: [], at });
    const alone = `tuesday break-glass unhold ${device}`;
    return { refused: needsConsent(request, `raising the hold of ${device} needs another person`, alone) };
  });
  return isRefused(done) ? done : viewDevice(context, device);
}
