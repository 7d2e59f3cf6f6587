/** The arrays behind a trial, and what stays constant over it. */
import { RATIOS } from './evidence-value.ts';
import { CHANNELS, FOLLOWED_CHANNELS, TALLIES, type TrialLayout, type Weights, weightsOf } from './slices.ts';

const FOLLOWED = FOLLOWED_CHANNELS.length;
const EVERY = CHANNELS.length;
const TALLY = TALLIES.length;

/** What stays constant over a trial. */
export interface TrialFrame {
  readonly layout: TrialLayout;
  readonly weights: Weights;
  readonly stages: number;
  readonly strata: number;
  readonly slices: number;
  /** attribute → indexes of its slices. */
  readonly attributes: ReadonlyArray<readonly number[]>;
}

export function frameOf(layout: TrialLayout): TrialFrame {
  const groups = new Map<string, number[]>();
  layout.slices.forEach(({ attribute }, index) => {
    if (index === 0) return;
    groups.set(attribute, [...(groups.get(attribute) ?? []), index]);
  });
  return {
    layout,
    weights: weightsOf(layout),
    stages: layout.cohorts.length - 1,
    strata: layout.strata.length,
    slices: layout.slices.length,
    attributes: [...groups.values()],
  };
}

/** Arrays of one trial, so that a copy is a copy of each. */
export class Sums {
  /** [arm][cell × channel] devices at risk now. */
  readonly atRisk: readonly [Float64Array, Float64Array];
  /** [arm][cell × tally] of the open bucket. */
  readonly open: readonly [Float64Array, Float64Array];
  /** [row × ratio] log-rank sums. */
  readonly logRank: Float64Array;
  /** [row × ratio] contrast sums. */
  readonly contrast: Float64Array;
  /** [row] events so far, by arm, and the control's exposure in device-buckets up to `exposedTo`. */
  readonly events: readonly [Float64Array, Float64Array];
  readonly exposure: Float64Array;
  /** [stage × slice] sums over strata: attempts and losses, by arm; ever entered. */
  readonly attempts: readonly [Float64Array, Float64Array];
  readonly lost: readonly [Float64Array, Float64Array];
  readonly entered: readonly [Float64Array, Float64Array];
  /** [row] ln of the weighted evidence now. */
  readonly weighted: Float64Array;

  constructor(frame: TrialFrame, from?: Sums) {
    const cells = frame.stages * frame.strata * frame.slices;
    const rows = frame.stages * frame.slices * EVERY;
    const places = frame.stages * frame.slices;
    const make = (key: (sums: Sums) => Float64Array, length: number) =>
      from ? key(from).slice() : new Float64Array(length);
    const both = (key: (sums: Sums) => readonly [Float64Array, Float64Array], length: number) =>
      [make((sums) => key(sums)[0], length), make((sums) => key(sums)[1], length)] as const;
    this.atRisk = both((sums) => sums.atRisk, cells * FOLLOWED);
    this.open = both((sums) => sums.open, cells * TALLY);
    this.logRank = make((sums) => sums.logRank, rows * RATIOS);
    this.contrast = make((sums) => sums.contrast, rows * RATIOS);
    this.events = both((sums) => sums.events, rows);
    this.exposure = make((sums) => sums.exposure, rows);
    this.attempts = both((sums) => sums.attempts, places);
    this.lost = both((sums) => sums.lost, places);
    this.entered = both((sums) => sums.entered, places);
    this.weighted = from ? from.weighted.slice() : new Float64Array(rows).fill(-Infinity);
  }
}
