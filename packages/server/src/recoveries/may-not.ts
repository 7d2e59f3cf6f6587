/** Why an act on a campaign would be refused now. The acts and the page ask the same. Pure. */
import { type CampaignView, type Refusal, refuse, type StandingCounts } from '@tuesday/protocol';
import type { CampaignRow } from './campaign.ts';

type Row = Pick<CampaignRow, 'recovery' | 'state'>;

/** @param busy a device of it, and the campaign that runs for it already */
export function mayNotStart({ recovery, state }: Row, busy: Busy | undefined): Refusal | null {
  if (state !== 'draft') return refuse('conflict', `recovery campaign ${recovery} is ${state} already`);
  if (busy === undefined) return null;
  return refuse('conflict', `${busy.device} is in recovery campaign ${busy.recovery}, which runs`, {
    try: `tuesday recovery view ${busy.recovery}; a device is brought back by one at a time`,
  });
}

export interface Busy {
  readonly device: string;
  readonly recovery: string;
}

export function mayNotStop({ recovery, state }: Row): Refusal | null {
  if (state === 'running' || state === 'draft') return null;
  return refuse('conflict', `recovery campaign ${recovery} is ${state} already`);
}

export function mayNotFinish({ recovery, state }: Row, standing: StandingCounts): Refusal | null {
  const running = mayNotVisit({ recovery, state });
  if (running !== null) return running;
  const left = standing.waiting + standing.heard + standing.technician + standing.visited;
  if (left === 0) return null;
  const words = left === 1 ? '1 device is' : `${left} devices are`;
  return refuse('conflict', `${words} neither healed nor given up`, {
    try: `wait for them, give them up with tuesday recovery give-up ${recovery} <device>, or stop the campaign`,
  });
}

/** Visits and giving up belong to a campaign that runs. */
export function mayNotVisit({ recovery, state }: Row): Refusal | null {
  if (state === 'running') return null;
  const then = state === 'draft' ? `tuesday recovery start ${recovery}` : 'plan another campaign';
  return refuse('conflict', `recovery campaign ${recovery} is ${state}, not running`, { try: then });
}

export const mayNotOf = (
  row: Row,
  standing: StandingCounts,
  busy: Busy | undefined,
): CampaignView['mayNot'] => ({
  start: mayNotStart(row, busy),
  stop: mayNotStop(row),
  finish: mayNotFinish(row, standing),
  visit: mayNotVisit(row),
});
