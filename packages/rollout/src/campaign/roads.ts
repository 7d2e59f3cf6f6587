/** Which roads to a device are open. Derived each time that it is asked for, from what was heard and what is signed. */
import { type CampaignRoad, fromMillis, type Instant } from '@tuesday/protocol';
import type { Fit } from './fit.ts';

export interface RoadFacts {
  readonly now: Instant;
  /** Null: never. */
  readonly lastSeen: Instant | null;
  /** Who was not heard for so long is silent, milliseconds. */
  readonly silentAfter: number;
  /** Devices in contact that give, and hear this one on the link. */
  readonly neighbours: number;
  readonly fit: Fit;
  /** Null before the start of the campaign. */
  readonly startedAt: Instant | null;
  /** How long after the start neighbours and rescue are counted on, milliseconds. */
  readonly waitMillis: number;
}

export interface OpenRoad {
  readonly open: boolean;
  readonly because: string;
}

export type Roads = Readonly<Record<CampaignRoad, OpenRoad>>;

export function roadsTo(facts: RoadFacts): Roads {
  return { http: http(facts), relay: relay(facts), rescue: rescue(facts), technician: TECHNICIAN };
}

/** @returns null when none of the planned ones is open */
export function firstOpen(roads: Roads, order: readonly CampaignRoad[]): CampaignRoad | null {
  return order.find((road) => roads[road].open) ?? null;
}

const TECHNICIAN: OpenRoad = { open: true, because: 'somebody can always drive there.' };

function http({ now, lastSeen, silentAfter }: RoadFacts): OpenRoad {
  const span = fromMillis(silentAfter);
  if (lastSeen === null) return { open: false, because: 'it was never heard.' };
  return now - lastSeen <= silentAfter
    ? { open: true, because: `the server heard it within the last ${span}.` }
    : { open: false, because: `the server has not heard it for more than ${span}.` };
}

function relay(facts: RoadFacts): OpenRoad {
  const { neighbours, fit } = facts;
  if (neighbours === 0)
    return { open: false, because: 'no device in contact says that it hears it on the link.' };
  const hear = `${neighbours} ${neighbours === 1 ? 'device' : 'devices'} in contact ${neighbours === 1 ? 'hears' : 'hear'} it on the link`;
  if (!fit.fits)
    return { open: false, because: `${hear}, and have nothing that it would take: ${fit.because}` };
  return isOver(facts) ? over(facts) : { open: true, because: `${hear}, and may give.` };
}

function rescue(facts: RoadFacts): OpenRoad {
  const { fit } = facts;
  if (!fit.fits) return { open: false, because: fit.because };
  return isOver(facts)
    ? over(facts)
    : { open: true, because: `${fit.because} In rescue it looks for it by itself.` };
}

function isOver({ now, startedAt, waitMillis }: RoadFacts): boolean {
  return startedAt !== null && now - startedAt >= waitMillis;
}

const over = ({ waitMillis }: RoadFacts): OpenRoad => ({
  open: false,
  because: `the ${fromMillis(waitMillis)} that the plan counts on it are over; it may still come back by it.`,
});
