/** What waits for people: requests for consent, reviews and incidents, known to the whole console. */
import type { ApprovalView, GlassView, IncidentLineView } from '@tuesday/protocol';
import { createContext, useContext } from 'react';
import { call } from '../api.ts';

export interface Pending {
  approvals: readonly ApprovalView[];
  glasses: readonly GlassView[];
  incidents: readonly IncidentLineView[];
  /** Asks now, after an act. */
  again: () => Promise<void>;
}

export const PendingContext = createContext<Pending>({
  approvals: [],
  glasses: [],
  incidents: [],
  again: () => Promise.resolve(),
});

export function usePending(): Pending {
  return useContext(PendingContext);
}

/** Each may be refused without taking the other along. */
export async function askPending(): Promise<Omit<Pending, 'again'>> {
  const [approvals, glasses, incidents] = await Promise.allSettled([
    call('listApprovals'),
    call('listGlasses'),
    call('listIncidents', { query: {} }),
  ]);
  return {
    approvals: approvals.status === 'fulfilled' ? approvals.value.approvals : [],
    glasses: glasses.status === 'fulfilled' ? glasses.value.glasses : [],
    incidents: incidents.status === 'fulfilled' ? incidents.value.incidents : [],
  };
}

type Waits = Pick<ApprovalView, 'state' | 'mayNot'>;

/** Requests that this person could consent to now. */
export function waitingForMe<T extends Waits>(approvals: readonly T[]): readonly T[] {
  return approvals.filter(({ state, mayNot }) => state === 'open' && mayNot === null);
}

/** Those that are not closed. */
export function liveIncidents(incidents: readonly IncidentLineView[]): readonly IncidentLineView[] {
  return incidents.filter(({ state }) => state !== 'closed');
}

export function openReviews(glasses: readonly GlassView[]): readonly GlassView[] {
  return glasses.filter(({ review }) => review.closedAt === null);
}
