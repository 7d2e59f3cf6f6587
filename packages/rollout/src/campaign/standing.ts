/** Where a device stands in a recovery campaign: each is exactly one thing, so that the sums add up. */
import type { CampaignRoad, CampaignStanding, HealedBy, Instant, Taken } from '@tuesday/protocol';

export interface StandingFacts {
  /** Null before the start: nobody is healed by what has not begun. */
  readonly startedAt: Instant | null;
  readonly lastSeen: Instant | null;
  readonly now: Instant;
  /** Who was not heard for so long is silent, milliseconds. */
  readonly silentAfter: number;
  /** As it was heard last: its checks pass on a confirmed version, and it is not in rescue. */
  readonly well: boolean;
  /** What it runs, as it was heard last, is what went wrong. */
  readonly runsBroken: boolean;
  /** The newest release that it took since the start. */
  readonly took: { readonly at: Instant; readonly road: Taken | undefined } | null;
  readonly visitedAt: Instant | null;
  readonly givenUp: boolean;
  /** The first road that is open in the order of the plan. */
  readonly road: CampaignRoad | null;
}

export interface Stands {
  readonly standing: CampaignStanding;
  /** Null unless it is healed. */
  readonly healedBy: HealedBy | null;
}

export function standingIn(facts: StandingFacts): Stands {
  if (isHealed(facts)) return { standing: 'healed', healedBy: healedBy(facts) };
  return { standing: unhealed(facts), healedBy: null };
}

/** Who was well when it was heard last is healed, also while it is away, and also when it was given up. */
function isHealed({ startedAt, lastSeen, well, runsBroken }: StandingFacts): boolean {
  return startedAt !== null && lastSeen !== null && lastSeen >= startedAt && well && !runsBroken;
}

function unhealed({ startedAt, lastSeen, now, silentAfter, visitedAt, givenUp, road }: StandingFacts) {
  if (givenUp) return 'given-up';
  if (startedAt !== null && lastSeen !== null && lastSeen >= startedAt && now - lastSeen <= silentAfter)
    return 'heard';
  if (visitedAt !== null) return 'visited';
  return road === 'technician' ? 'technician' : 'waiting';
}

function healedBy({ took, visitedAt }: StandingFacts): HealedBy {
  // What it took before somebody came has not mended it.
  if (visitedAt !== null && (took === null || took.at >= visitedAt)) return 'technician';
  if (took === null) return 'itself';
  if (took.road === undefined) return 'unsaid';
  return took.road.by === 'http' ? 'http' : 'relay';
}
