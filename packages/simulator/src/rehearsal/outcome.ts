/** What a policy's stop meant for the fleet, and the table of many runs. */
import type { RehearsalRow } from '@tuesday/protocol';
import type { Fault } from './faults.ts';
import type { Stopped } from './judged.ts';
import type { Run } from './run.ts';

export interface Outcome {
  /** Hour of the halt; Infinity: none. */
  readonly halted: number;
  readonly paused: number;
  readonly exposed: number;
  readonly harmed: number;
  /** Hour of the first harm. */
  readonly firstHarm: number;
  /** undefined: the policy names nobody ever. */
  readonly named: Fault['culprit'] | undefined;
}

/** @param stop hour of the halt, or all that the judge did */
export function outcomeOf(run: Run, stop: number | Stopped): Outcome {
  const stopped: Stopped =
    typeof stop === 'number'
      ? { halted: stop, paused: stop, closed: [[stop, Infinity]], named: null, namedAt: Infinity }
      : stop;
  const named = typeof stop === 'number' ? undefined : stopped.named;
  let [exposed, harmed, firstHarm] = [0, 0, Infinity];
  for (const device of run.treated) {
    if (!device || stopped.closed.some(([from, to]) => device.enrolled >= from && device.enrolled < to))
      continue;
    exposed += device.scale;
    firstHarm = Math.min(firstHarm, device.harmed);
    if (device.harmed <= Math.min(stopped.halted, run.buckets / 4)) harmed += device.scale;
  }
  [exposed, harmed] = [Math.round(exposed), Math.round(harmed)];
  return { halted: stopped.halted, paused: stopped.paused, exposed, harmed, firstHarm, named };
}

export interface Row {
  readonly runs: number;
  /** Shares of the runs. */
  readonly halted: number;
  readonly paused: number;
  readonly haltedBeforeStage2: number;
  readonly haltedBeforeLast: number;
  readonly harmedMean: number;
  readonly harmedMedian: number;
  readonly harmedP95: number;
  readonly exposedMean: number;
  readonly exposedMedian: number;
  /** Share of the halts that named the culprit; where there is none, that named nothing. */
  readonly attributionRight: number | null;
  /** Share of the halts that named a value that is not to blame. */
  readonly attributionWrong: number | null;
  /** From the first offer; null when fewer than half of the runs halt. */
  readonly medianHoursToHalt: number | null;
  readonly medianHoursAfterFirstHarm: number | null;
}

export function summarise(
  outcomes: readonly Outcome[],
  opens: readonly number[],
  culprit: Fault['culprit'],
): Row {
  const share = (test: (one: Outcome) => boolean) =>
    outcomes.filter(test).length / Math.max(1, outcomes.length);
  const halts = outcomes.filter(({ halted }) => halted < Infinity);
  const isRight = ({ named }: Outcome) =>
    culprit === null
      ? named === null
      : named?.attribute === culprit.attribute && named.value === culprit.value;
  const ofHalts = (test: (one: Outcome) => boolean) =>
    halts.length === 0 || halts.some(({ named }) => named === undefined)
      ? null
      : halts.filter(test).length / halts.length;
  const quantile = (values: number[], at: number) =>
    values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(at * values.length))] ?? 0;
  const hours = (read: (one: Outcome) => number) => {
    const median = quantile(
      outcomes.map((one) => (one.halted < Infinity ? read(one) : Infinity)),
      0.5,
    );
    return Number.isFinite(median) ? median : null;
  };
  const mean = (read: (one: Outcome) => number) =>
    outcomes.reduce((sum, one) => sum + read(one), 0) / Math.max(1, outcomes.length);
  return {
    runs: outcomes.length,
    halted: share(({ halted }) => halted < Infinity),
    paused: share(({ paused }) => paused < Infinity),
    haltedBeforeStage2: share(({ halted }) => halted <= (opens[1] ?? Infinity) && halted < Infinity),
    haltedBeforeLast: share(({ halted }) => halted <= (opens.at(-1) ?? Infinity) && halted < Infinity),
    harmedMean: mean(({ harmed }) => harmed),
    harmedMedian: quantile(
      outcomes.map(({ harmed }) => harmed),
      0.5,
    ),
    harmedP95: quantile(
      outcomes.map(({ harmed }) => harmed),
      0.95,
    ),
    exposedMean: mean(({ exposed }) => exposed),
    exposedMedian: quantile(
      outcomes.map(({ exposed }) => exposed),
      0.5,
    ),
    attributionRight: ofHalts(isRight),
    attributionWrong: ofHalts((one) => one.named != null && !isRight(one)),
    medianHoursToHalt: hours(({ halted }) => halted),
    medianHoursAfterFirstHarm: hours(({ halted, firstHarm }) => Math.max(0, halted - firstHarm)),
  };
}

/** As a rollout keeps it. @param culprit null: there is nothing to name */
export function keptRow(
  { fault, what, culprit }: { fault: string; what: string; culprit: unknown },
  row: Row,
): RehearsalRow {
  const { haltedBeforeStage2: haltedInFirst, haltedBeforeLast, halted, attributionRight } = row;
  const { harmedMedian, harmedP95, exposedMedian, medianHoursToHalt } = row;
  return {
    fault,
    what,
    haltedInFirst,
    haltedBeforeLast,
    halted,
    harmedMedian,
    harmedP95,
    exposedMedian,
    medianHoursToHalt,
    named: culprit === null ? null : attributionRight,
  };
}
