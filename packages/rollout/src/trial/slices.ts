/**
 * What the trial of a rollout is divided into: stages, arms, channels, slices and selection strata; and how
 * the one error budget is spent on them.
 *
 * Method: the anytime-valid log-rank test (ter Schure, Pérez-Ortiz, Ly, Grünwald, NEJSDS 2(2) 2024,
 * doi 10.51387/24-NEJSDS65), one for every stage, channel and slice. Ville's inequality bounds each of them
 * by its weight, so the weights add up to one and nothing is spent on looking often.
 */

/** The whole fleet (`attribute` and `value` are ''), or the devices with one environment value. */
export interface Slice {
  readonly attribute: string;
  readonly value: string;
}

export const WHOLE: Slice = { attribute: '', value: '' };

/** Width of a bucket of the counters, milliseconds. */
export const BUCKET_MILLIS = 15 * 60_000;

/** Index of an arm in the counters. */
export const CONTROL = 0;
export const OFFERED = 1;
export type Arm = typeof CONTROL | typeof OFFERED;

/** Channels that follow a device from its entry until its first event. */
export const FOLLOWED_CHANNELS = ['trouble', 'silence-1', 'silence-2', 'silence-3', 'metric'] as const;
export type FollowedChannel = (typeof FOLLOWED_CHANNELS)[number];
export type Channel = 'install' | FollowedChannel;
export const CHANNELS: readonly Channel[] = [...FOLLOWED_CHANNELS, 'install'];

/**
 * What a followed device can do in a bucket. `attempted`: met its offer (a control device: would have met it).
 * `not-installed`: its attempt failed, or it was not heard again in time (a control device: not heard).
 * `entered`: in contact after its install, from now on followed. A channel's event is its first one;
 * `…-left`: not followed any more, without an event of that channel.
 */
export const TALLIES = [
  'attempted',
  'not-installed',
  'entered',
  'trouble',
  'silence-1',
  'silence-2',
  'silence-3',
  'metric',
  'trouble-left',
  'silence-1-left',
  'silence-2-left',
  'silence-3-left',
  'metric-left',
] as const;
export type Tally = (typeof TALLIES)[number];

/** Sizes that are fixed before the first offer; nothing of the outcome goes into a weight. */
export interface TrialLayout {
  /** Slices in a fixed order; the first is the whole. */
  readonly slices: readonly Slice[];
  /** Selection strata; the common one is ''. */
  readonly strata: readonly string[];
  /** [stage][slice] devices of each stage's cohort; the hold-out comes last. */
  readonly cohorts: ReadonlyArray<readonly number[]>;
  /** Whether the plan names numeric metrics. */
  readonly metrics: boolean;
}

/** Chance, over the whole rollout and however often one looks, of halting a release that changes nothing. */
export const HALT_ALPHA = 0.01;
/** The same for stopping new offers until a person has looked. */
export const PAUSE_ALPHA = 0.1;

const STAGE_DECAY = 0.6;
const CHANNEL_WEIGHTS: Readonly<Record<Channel, number>> = {
  install: 0.1,
  trouble: 0.3,
  'silence-1': 0.25,
  'silence-2': 0.25,
  'silence-3': 0.1,
  metric: 0.1,
};

/** The channel that has most of the budget decides what can be tested at all. */
const TROUBLE = CHANNELS.indexOf('trouble');

/** Nats beyond the halting bound that a slice's randomisation must be able to give. */
const MARGIN = 2;

export interface Weights {
  /** ln of the share of the error budget; −∞ for what cannot be tested. */
  readonly log: (stage: number, channel: number, slice: number) => number;
  /** Whether the slice has enough devices in both arms of the stage. */
  readonly testable: (stage: number, slice: number) => boolean;
  /** ln of the part of a value in the budget for naming a culprit; its channels share alike. */
  readonly logNaming: (stage: number) => number;
}

export function weightsOf(layout: TrialLayout): Weights {
  const stages = layout.cohorts.length - 1;
  const total = (1 - STAGE_DECAY ** stages) / (1 - STAGE_DECAY);
  const channelSum = 1 + (layout.metrics ? CHANNEL_WEIGHTS.metric : 0);
  const part = (stage: number, channel: number) => {
    const name = CHANNELS[channel] ?? 'metric';
    if (name === 'metric' && !layout.metrics) return -Infinity;
    return Math.log(STAGE_DECAY ** stage / total) + Math.log(CHANNEL_WEIGHTS[name] / channelSum);
  };
  const everyValue = Math.log(0.5 / Math.max(1, layout.slices.length - 1));
  const testable = layout.cohorts.slice(0, -1).map((cohort, stage) =>
    layout.slices.map((_, slice) => {
      const offered = cohort[slice] ?? 0;
      const control = layout.cohorts.slice(stage + 1).reduce((sum, later) => sum + (later[slice] ?? 0), 0);
      const share = slice === 0 ? Math.log(0.5) : everyValue;
      const needed = -Math.log(HALT_ALPHA) - (part(stage, TROUBLE) + share) + MARGIN;
      return logChoose(offered + control, offered) >= needed;
    }),
  );
  const values = testable.map((row) => row.filter((one, slice) => one && slice > 0).length);
  const logValue = values.map((count) => Math.log(0.5 / Math.max(1, count)));
  return {
    testable: (stage, slice) => testable[stage]?.[slice] ?? false,
    logNaming: (stage) =>
      Math.log(STAGE_DECAY ** stage / total) -
      Math.log(CHANNELS.length - (layout.metrics ? 0 : 1)) -
      Math.log(Math.max(1, values[stage] ?? 0)),
    log: (stage, channel, slice) => {
      if (slice === 0) return part(stage, channel) + Math.log(values[stage] === 0 ? 1 : 0.5);
      return testable[stage]?.[slice] ? part(stage, channel) + (logValue[stage] ?? 0) : -Infinity;
    },
  };
}

/** ln of the number of ways to choose `k` of `n`, exact to rounding. */
export function logChoose(n: number, k: number): number {
  const few = Math.min(k, n - k);
  if (few <= 0) return 0;
  if (few > 256) return logFactorial(n) - logFactorial(few) - logFactorial(n - few);
  let sum = 0;
  for (let one = 1; one <= few; one++) sum += Math.log((n - few + one) / one);
  return sum;
}

/** Stirling's series; the first term left out is below 1e-16 for n ≥ 256. */
function logFactorial(n: number): number {
  const x = n + 1;
  return (
    (x - 0.5) * Math.log(x) -
    x +
    0.5 * Math.log(2 * Math.PI) +
    1 / (12 * x) -
    1 / (360 * x ** 3) +
    1 / (1260 * x ** 5)
  );
}
