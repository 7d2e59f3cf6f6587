/**
 * How one device is followed in a trial. Both arms go by the same rules, from the same kind of facts: being
 * offered something is the only difference between them.
 *
 * A device is enrolled at its first contact after its stage opened, and is followed from its first contact
 * after its install on; a control device takes the time that installs take. So whoever was dead before is in
 * neither arm. Every event counts once, when the server knows it.
 */
import type { Instant } from '@tuesday/protocol';
import type { Tally } from './slices.ts';

/** What is remembered of a followed device; stored as it stands here. */
export interface Followed {
  /** First contact after the stage opened; null before. */
  readonly enrolledAt: Instant | null;
  readonly enteredAt: Instant | null;
  /** `not-installed` has been counted. */
  readonly lost: boolean;
  readonly trouble: boolean;
  readonly metric: boolean;
  /** How many of the silence channels have fired: 0 to 3. */
  readonly silences: number;
  /** Not followed any more. */
  readonly left: boolean;
}

export const NOT_FOLLOWED: Followed = {
  enrolledAt: null,
  enteredAt: null,
  lost: false,
  trouble: false,
  metric: false,
  silences: 0,
  left: false,
};

/** What the server knows of the device now. */
export interface FollowedFacts {
  /** Last contact; null: never. */
  readonly lastSeen: Instant | null;
  /** Last report of an error code that is not declared harmless, of a failing check or of a rollback. */
  readonly troubleAt: Instant | null;
  /** Last report of a metric beyond its bound. */
  readonly metricAt: Instant | null;
  /**
   * When the device may be followed: an offered device's install; a control device's enrolment and the time
   * that installs take. null: not yet.
   */
  readonly readyAt: Instant | null;
  /** The attempt is known to have failed before the device ran the release; never for a control device. */
  readonly attemptFailed: boolean;
  /** It must not be compared any more: a control device whose own stage opened, a device that was excluded. */
  readonly out: boolean;
}

export interface FollowTimes {
  readonly now: Instant;
  /** When the stage opened. */
  readonly openedAt: Instant;
  /** Milliseconds without contact of the three silence channels, rising. */
  readonly silences: readonly [number, number, number];
  /** Milliseconds without contact after the offer that make an attempt a lost one. */
  readonly installWithin: number;
  /** Since when the server could be reached: before, nobody could be heard, which says nothing of anybody. */
  readonly hearingSince?: Instant;
}

const CHANNEL_FLAGS = ['trouble', 'metric'] as const;
const SILENCE_TALLIES = ['silence-1', 'silence-2', 'silence-3'] as const;

/** One step: what the device has done since the last one. Applying it again at the same moment does nothing. */
export function follow(
  device: Followed,
  facts: FollowedFacts,
  times: FollowTimes,
): { readonly device: Followed; readonly tallies: readonly Tally[] } {
  if (device.left) return { device, tallies: [] };
  const tallies: Tally[] = [];
  let next = enrol(device, facts, times, tallies);
  next = enter(next, facts, tallies);
  if (next.enteredAt === null) next = lose(next, facts, times, tallies);
  else next = happen(next, facts, times, tallies);
  if (facts.out) next = leave(next, tallies);
  return { device: next, tallies };
}

function enrol(
  device: Followed,
  facts: FollowedFacts,
  { openedAt }: FollowTimes,
  tallies: Tally[],
): Followed {
  if (device.enrolledAt !== null || facts.out) return device;
  if (facts.lastSeen === null || facts.lastSeen < openedAt) return device;
  tallies.push('attempted');
  return { ...device, enrolledAt: facts.lastSeen };
}

function enter(device: Followed, facts: FollowedFacts, tallies: Tally[]): Followed {
  if (device.enrolledAt === null || device.enteredAt !== null || facts.out) return device;
  if (facts.readyAt === null || facts.lastSeen === null || facts.lastSeen < facts.readyAt) return device;
  tallies.push('entered');
  return { ...device, enteredAt: facts.lastSeen };
}

/** Between offer and entry. */
function lose(device: Followed, facts: FollowedFacts, times: FollowTimes, tallies: Tally[]): Followed {
  if (device.enrolledAt === null || device.lost || facts.out) return device;
  const unheard = times.now - heardAt(times, device.enrolledAt, facts) >= times.installWithin;
  if (!facts.attemptFailed && !unheard) return device;
  tallies.push('not-installed');
  return { ...device, lost: true };
}

function happen(device: Followed, facts: FollowedFacts, times: FollowTimes, tallies: Tally[]): Followed {
  const since = device.enteredAt ?? times.now;
  let next = device;
  if (!next.trouble && facts.troubleAt !== null && facts.troubleAt >= since) {
    tallies.push('trouble');
    next = { ...next, trouble: true };
  }
  if (!next.metric && facts.metricAt !== null && facts.metricAt >= since) {
    tallies.push('metric');
    next = { ...next, metric: true };
  }
  const quiet = times.now - heardAt(times, since, facts);
  const reached = times.silences.filter((limit) => quiet >= limit).length;
  for (let level = next.silences; level < reached; level++)
    tallies.push(SILENCE_TALLIES[level] ?? 'silence-3');
  return reached > next.silences ? { ...next, silences: reached } : next;
}

/** The last moment from which silence may be counted. */
function heardAt(times: FollowTimes, since: Instant, facts: FollowedFacts): Instant {
  return Math.max(since, facts.lastSeen ?? 0, times.hearingSince ?? 0);
}

function leave(device: Followed, tallies: Tally[]): Followed {
  if (device.enteredAt !== null) {
    for (const flag of CHANNEL_FLAGS) if (!device[flag]) tallies.push(`${flag}-left`);
    SILENCE_TALLIES.slice(device.silences).forEach((name) => tallies.push(`${name}-left`));
  }
  return { ...device, left: true };
}

/** The three silences of a plan: three check-in intervals, and the same stretched to 2 h and 8 h at 45 min. */
export function silencesOf(silentAfterMillis: number): readonly [number, number, number] {
  return [silentAfterMillis, (silentAfterMillis * 8) / 3, (silentAfterMillis * 32) / 3];
}

/** How long an attempt may be unheard before it counts as lost. */
export function installWithinOf(silentAfterMillis: number): number {
  return Math.max(3_600_000, silentAfterMillis);
}
