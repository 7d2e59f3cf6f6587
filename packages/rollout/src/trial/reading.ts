/** What a trial says at one moment, as plain data: the part of a situation that the judge decides from. */
import type { Trial } from './trial.ts';
import { CHANNELS, type Channel, CONTROL, OFFERED, type Slice } from './slices.ts';

/** One comparison: a stage's offered devices with their control, by one channel, in one slice. */
export interface TrialLine extends Slice {
  readonly stage: number;
  readonly channel: Channel;
  /** ln of the evidence, and with its share of the error budget. */
  readonly logEvidence: number;
  readonly logWeighted: number;
  /** ln of the evidence that this value bears the harm and the attribute's others do not. */
  readonly logContrast: number;
  /** The same with the share of the budget that naming has. */
  readonly logNamed: number;
  readonly offered: { readonly followed: number; readonly atRisk: number; readonly events: number };
  readonly control: { readonly followed: number; readonly atRisk: number; readonly events: number };
}

export interface TrialReading {
  /** Why the counters cannot be believed; null while they add up. */
  readonly wrong: string | null;
  /** Greatest `logWeighted` of all lines; −∞ before the first. Halting needs ln 100, pausing ln 10. */
  readonly logWeighted: number;
  /** The same without the install channel: what pauses new offers. */
  readonly logPausing: number;
  /** Lines with anything to say, strongest first. */
  readonly lines: readonly TrialLine[];
  /** Values that the trial cannot test, because too few devices have them. */
  readonly untestable: ReadonlyArray<Slice & { readonly stage: number }>;
}

/** A trial that has not begun. */
export const NO_READING: TrialReading = {
  wrong: null,
  logWeighted: -Infinity,
  logPausing: -Infinity,
  lines: [],
  untestable: [],
};

export function readTrial(trial: Trial): TrialReading {
  const { layout, stages, weights } = trial.frame;
  const lines: TrialLine[] = [];
  const untestable: Array<Slice & { stage: number }> = [];
  for (let stage = 0; stage < stages; stage++)
    layout.slices.forEach((slice, index) => {
      if (index > 0 && !weights.testable(stage, index)) untestable.push({ ...slice, stage });
      CHANNELS.forEach((_, channel) => {
        const line = lineOf(trial, stage, channel, index);
        if (line) lines.push(line);
      });
    });
  lines.sort((a, b) => b.logWeighted - a.logWeighted || b.logEvidence - a.logEvidence);
  return {
    wrong: trial.wrong,
    logWeighted: trial.logWeighted(),
    logPausing: trial.logPausing(),
    lines,
    untestable,
  };
}

function lineOf(trial: Trial, stage: number, channel: number, index: number): TrialLine | undefined {
  const { layout, weights } = trial.frame;
  const name = CHANNELS[channel];
  const slice = layout.slices[index];
  const offered = trial.countsOf(stage, channel, index, OFFERED);
  if (!name || !slice || offered.followed === 0) return undefined;
  const logEvidence = trial.logEvidence(stage, channel, index);
  const logContrast = trial.logContrast(stage, channel, index);
  return {
    ...slice,
    stage,
    channel: name,
    logEvidence,
    logWeighted: weights.log(stage, channel, index) + logEvidence,
    logContrast,
    logNamed: weights.logNaming(stage) + logContrast,
    offered,
    control: trial.countsOf(stage, channel, index, CONTROL),
  };
}
