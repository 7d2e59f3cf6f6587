/** Somebody stops a campaign. Who was healed stays healed. */
import type { CampaignView, OrRefused } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import type { Parts } from './act.ts';
import { endRecovery } from './end.ts';
import { mayNotStop } from './may-not.ts';

export function stopRecovery(
  context: Parts,
  actor: Actor,
  recovery: string,
  because: string,
): Promise<OrRefused<CampaignView>> {
  const ending = { recovery, actor, because, state: 'stopped' } as const;
  return endRecovery(context, ending, (_, row) => Promise.resolve(mayNotStop(row)));
}
