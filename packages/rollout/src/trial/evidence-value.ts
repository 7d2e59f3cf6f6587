/**
 * The arithmetic of one cell: what some events among devices at risk say about hazard ratios, in nats.
 * Log domain throughout; a cell without devices in an arm says nothing.
 */
import type { Channel } from './slices.ts';

/** Hazard ratios that a channel is asked about, and the share of belief that each has. */
const SILENCE_RATIOS = [2, 4, 12, 50, 300] as const;
const SILENCE_BELIEF = [0.2, 0.2, 0.2, 0.2, 0.2].map(Math.log);
/** Errors that come a few times as often are the usual regression, so they have more of the belief. */
const TROUBLE_RATIOS = [1.5, 3, 8, 30, 200] as const;
const TROUBLE_BELIEF = [0.15, 0.35, 0.2, 0.2, 0.1].map(Math.log);
/** Failure rates that the install channel is asked about, in multiples of the tolerated one. */
const INSTALL_MULTIPLES = [3, 8, 20, 50] as const;

/** Ratios that one channel mixes; all have this many. */
export const RATIOS = 5;

/** A restart sometimes costs a device its network for a while: silence up to this ratio is no harm. */
const SILENCE_TOLERANCE = 1.25;

/** Share of installs that may fail in a release that is well. */
const INSTALL_TOLERANCE = 0.01;

export const ratiosOf = (channel: Channel): readonly number[] =>
  channel.startsWith('silence') ? SILENCE_RATIOS : TROUBLE_RATIOS;

/** ln of the shares of belief; they add up to one. */
export const beliefOf = (channel: Channel): readonly number[] =>
  channel.startsWith('silence') ? SILENCE_BELIEF : TROUBLE_BELIEF;

export const toleranceOf = (channel: Channel): number =>
  channel.startsWith('silence') ? SILENCE_TOLERANCE : 1;

/**
 * The safe log-rank factor of a bucket, ln.
 *
 * The order of events inside a bucket is not known. `offered` is the most that can have been at risk in it
 * and `control` the least, so the factor is never above the one that the true order gives, whenever it is
 * looked at.
 *
 * @param offered at risk at the bucket's start, and who entered in it
 * @param control at risk at the bucket's end, without who entered in it
 */
export function logRankFactor(
  ratio: number,
  tolerance: number,
  at: { offered: number; control: number; eventsOffered: number; eventsControl: number },
): number {
  const { offered, control, eventsOffered, eventsControl } = at;
  if (offered <= 0) return 0;
  const tolerated = offered * tolerance;
  const growth = Math.log((tolerated * ratio + control) / (tolerated + control));
  return eventsOffered * Math.log(ratio) - (eventsOffered + eventsControl) * growth;
}

/**
 * "Harm does not depend on this attribute", given the control's own hazards: the factor of a bucket, ln.
 *
 * @param chance that an event of the offered devices falls on the value, under that hypothesis
 */
export function contrastFactor(ratio: number, chance: number, onValue: number, events: number): number {
  return onValue * Math.log(ratio) - events * Math.log(chance * ratio + 1 - chance);
}

/**
 * Evidence of a mixture, ln, from the sums of each of its parts.
 *
 * @param belief ln of the share of each part; alike when left out
 */
export function mixture(
  sums: ArrayLike<number>,
  from = 0,
  length = sums.length,
  belief?: readonly number[],
): number {
  const alike = -Math.log(length);
  const part = (index: number) => (sums[from + index] ?? -Infinity) + (belief?.[index] ?? alike);
  let most = -Infinity;
  for (let index = 0; index < length; index++) most = Math.max(most, part(index));
  if (most === -Infinity) return most;
  let sum = 0;
  for (let index = 0; index < length; index++) sum += Math.exp(part(index) - most);
  return most + Math.log(sum);
}

/**
 * Installs have no control that installs: a binomial test against a tolerated rate, raised by what the control
 * lost in the same hours, so that an outage in the install hour accuses nobody. Attempts that are not due yet
 * count as successes: the statistic is never above the one that waits for them.
 *
 * @returns ln of the evidence
 */
export function installEvidence(counts: {
  attempts: number;
  failed: number;
  controlAttempts: number;
  controlLost: number;
}): number {
  const { attempts, failed, controlAttempts, controlLost } = counts;
  if (attempts <= 0) return 0;
  const base = INSTALL_TOLERANCE + (1.25 * (controlLost + 1)) / (controlAttempts + 40);
  // When the control is lost as well there is nothing left to accuse.
  if (base >= 0.9) return Math.min(0, -failed);
  const parts = INSTALL_MULTIPLES.map((multiple) => {
    const rate = Math.min(0.9, multiple * base);
    return failed * Math.log(rate / base) + (attempts - failed) * Math.log((1 - rate) / (1 - base));
  });
  return mixture(parts);
}
