/** What a stage can see, before it opens: from its sizes and the fleet's own noise, without any simulation. */
import { beliefOf, logRankFactor, mixture, ratiosOf, toleranceOf } from './evidence-value.ts';
import { CHANNELS, type FollowedChannel, HALT_ALPHA, type TrialLayout, weightsOf } from './slices.ts';

/** Events of a device that has no defect, by channel, so many hours after its entry. */
export interface Background {
  readonly soakHours: number;
  readonly silenceHours: readonly [number, number, number];
  readonly at: (hours: number) => Readonly<Record<FollowedChannel, number>>;
}

export interface StagePower {
  readonly offered: number;
  readonly control: number;
  /** Devices that must go wrong before the rollout halts, beyond the noise; null: however many, it does not. */
  readonly devicesToHalt: number | null;
  /** Smallest share of the fleet whose silent death this stage halts for in 95 of 100 cases; null: none. */
  readonly sees: number | null;
  /** Largest share that can still hide in a stage in which nothing went wrong, with 95 % confidence. */
  readonly hides: number;
  /** Values of which the stage and its control have too few devices. */
  readonly blind: ReadonlyArray<{
    readonly attribute: string;
    readonly value: string;
    readonly devices: number;
  }>;
}

const CONFIDENCE = 0.95;
/** Channels by which a device that dies without a word is noticed. */
const DEATH: readonly FollowedChannel[] = ['silence-1', 'silence-2', 'silence-3'];
/** The defect that a stage is asked about shows within so many hours of the update. */
const SHOWS_WITHIN = 3;

export function powerOf(layout: TrialLayout, stage: number, background: Background): StagePower {
  const weights = weightsOf(layout);
  const offered = layout.cohorts[stage]?.[0] ?? 0;
  const later = layout.cohorts.slice(stage + 1);
  const control = later.reduce((sum, cohort) => sum + (cohort[0] ?? 0), 0);
  // Each channel is asked as soon as it can have noticed: later the noise only grows.
  const looks = DEATH.map((channel, level) => {
    const hours = SHOWS_WITHIN + (background.silenceHours[level] ?? 0);
    return { channel, noise: background.at(hours)[channel], inTime: hours <= background.soakHours };
  }).filter(({ inTime }) => inTime);
  const devicesToHalt = leastToHalt(offered, (failing) =>
    Math.max(
      -Infinity,
      ...looks.map(
        ({ channel, noise }) =>
          weights.log(stage, CHANNELS.indexOf(channel), 0) +
          evidenceFor(channel, { offered, control, failing, background: noise }),
      ),
    ),
  );
  return {
    offered,
    control,
    devicesToHalt,
    sees: devicesToHalt === null ? null : shareSeen(offered, devicesToHalt),
    hides: offered === 0 ? 1 : 1 - (1 - CONFIDENCE) ** (1 / offered),
    blind: layout.slices.flatMap((slice, index) => {
      const devices = layout.cohorts.reduce((sum, cohort) => sum + (cohort[index] ?? 0), 0);
      return index > 0 && devices > 0 && !weights.testable(stage, index) ? [{ ...slice, devices }] : [];
    }),
  };
}

function leastToHalt(offered: number, weighted: (failing: number) => number): number | null {
  const bound = -Math.log(HALT_ALPHA);
  if (offered === 0 || weighted(offered) < bound) return null;
  let [none, enough] = [0, offered];
  while (enough - none > 1) {
    const middle = Math.floor((none + enough) / 2);
    if (weighted(middle) >= bound) enough = middle;
    else none = middle;
  }
  return enough;
}

/** ln of the evidence when the noise is what it usually is, and `failing` devices die besides. */
function evidenceFor(
  channel: FollowedChannel,
  given: { offered: number; control: number; failing: number; background: number },
): number {
  const { offered, control, failing, background } = given;
  const at = {
    offered,
    control,
    eventsOffered: failing + (offered - failing) * background,
    eventsControl: control * background,
  };
  const sums = ratiosOf(channel).map((ratio) => logRankFactor(ratio, toleranceOf(channel), at));
  return mixture(sums, 0, sums.length, beliefOf(channel));
}

/** The share at which a sample holds at least `least` affected devices in 95 of 100 draws; null: above all. */
function shareSeen(sample: number, least: number): number | null {
  let [low, high] = [0, 1];
  if (least > sample) return null;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (atLeast(sample, middle, least) >= CONFIDENCE) high = middle;
    else low = middle;
  }
  return high;
}

/** P(Binomial(n, share) ≥ least). */
function atLeast(n: number, share: number, least: number): number {
  if (least <= 0) return 1;
  if (share >= 1) return 1;
  let logTerm = n * Math.log1p(-share);
  let below = Math.exp(logTerm);
  for (let k = 1; k < least; k++) {
    logTerm += Math.log((n - k + 1) / k) + Math.log(share) - Math.log1p(-share);
    below += Math.exp(logTerm);
  }
  return 1 - Math.min(1, below);
}

/**
 * The background of a soak from the fleet's past: outages come at random, and last by a Lomax law of shape 1.5
 * with a mean of an hour; `awayShare` of the fleet is away at any time.
 */
export function backgroundOf(given: {
  awayShare: number;
  troublePerDay: number;
  soakHours: number;
  silenceHours: readonly [number, number, number];
}): Background {
  const outagesPerHour = given.awayShare / Math.max(0.01, 1 - given.awayShare);
  // A silence that is noticed after `limit` began that much earlier.
  const silent = (hours: number, limit: number) =>
    1 - Math.exp(-outagesPerHour * Math.max(0, hours - limit) * (1 + limit / OUTAGE_SCALE) ** -OUTAGE_SHAPE);
  const [first, second, third] = given.silenceHours;
  return {
    soakHours: given.soakHours,
    silenceHours: given.silenceHours,
    at: (hours) => ({
      trouble: 1 - (1 - given.troublePerDay) ** (hours / 24),
      metric: 0,
      'silence-1': silent(hours, first),
      'silence-2': silent(hours, second),
      'silence-3': silent(hours, third),
    }),
  };
}

export const OUTAGE_SHAPE = 1.5;
/** Hours; shape and scale make a mean of one hour. */
export const OUTAGE_SCALE = 0.5;

/** A stage that needs a larger share than this is no protection worth the name. */
const HARDLY = 0.33;

/** The power statement of a stage, for people. */
export function powerWords(power: StagePower): string {
  if (power.offered === 0) return 'This stage has no devices, so it cannot see anything.';
  const blind =
    power.blind.length === 0
      ? ''
      : ` It cannot test ${power.blind.slice(0, 3).map(name).join(', ')}${power.blind.length > 3 ? ` and ${power.blind.length - 3} more` : ''}: too few devices.`;
  const hides = `If nothing goes wrong, a defect in up to ${share(power.hides)} of the fleet can still hide.`;
  if (power.sees === null || power.devicesToHalt === null)
    return `This stage of ${power.offered} cannot see a defect by itself, even if every device fails: the statistics need more devices in it. ${hides}${blind}`;
  if (power.sees > HARDLY)
    return `This stage of ${power.offered} is too small to see much: only a defect that hits ${share(power.sees)} of the fleet or more halts it with 95 % probability. ${hides}${blind}`;
  return `This stage of ${power.offered} can see a defect that hits ${share(power.sees)} of the fleet or more with 95 % probability; ${power.devicesToHalt} failing devices halt it. ${hides}${blind}`;
}

const name = (slice: { attribute: string; value: string; devices: number }) =>
  `${slice.attribute} = ${slice.value} (${slice.devices} devices)`;

function share(value: number): string {
  const percent = value * 100;
  return `${percent >= 10 ? percent.toFixed(0) : percent >= 1 ? percent.toFixed(1) : percent.toPrecision(1)} %`;
}
