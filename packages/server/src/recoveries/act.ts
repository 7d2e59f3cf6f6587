/** Acts of people on a campaign. */
import type { CampaignView, OrRefused } from '@tuesday/protocol';
import { type ActOn, actOn, type ChangeRow } from '../audit/act-on.ts';
import type { Context } from '../context.ts';
import { type CampaignRow, lockCampaign } from './campaign.ts';
import { viewRecovery } from './view.ts';

export type Parts = Pick<Context, 'db' | 'clock' | 'config'>;

export interface Act extends Pick<ActOn<CampaignRow, CampaignView>, 'actor' | 'verb' | 'because'> {
  readonly recovery: string;
}

export function act(
  context: Parts,
  { recovery, ...by }: Act,
  change: ChangeRow<CampaignRow>,
): Promise<OrRefused<CampaignView>> {
  const [object, lock] = [`recovery ${recovery}`, (trx: Parts['db']) => lockCampaign(trx, recovery)];
  return actOn(context, { ...by, object, lock, view: () => viewRecovery(context, recovery) }, change);
}
