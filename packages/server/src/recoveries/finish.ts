/** Somebody says that a campaign is over: it is when every device is healed or given up. */
import type { CampaignView, OrRefused } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import type { Parts } from './act.ts';
import { standingCounts } from './counts.ts';
import { endRecovery } from './end.ts';
import { mayNotFinish } from './may-not.ts';
import { readDevices } from './read-devices.ts';
import { scopeOf } from './scope.ts';

export function finishRecovery(
  context: Parts,
  actor: Actor,
  recovery: string,
  because: string,
): Promise<OrRefused<CampaignView>> {
  const ending = { recovery, actor, because, state: 'finished' } as const;
  return endRecovery(context, ending, async (trx, row) => {
    const devices = await readDevices(trx, await scopeOf(trx, context, row));
    return mayNotFinish(row, standingCounts(devices));
  });
}
