/** A run as the judge would have stopped it: the real trial over the run's counters, bucket by bucket. */
import {
  type Arm,
  attributionOf,
  frameOf,
  HALT_ALPHA,
  OFFERED,
  PAUSE_ALPHA,
  readTrial,
  type Slice,
  TALLIES,
  Trial,
} from '@tuesday/rollout';
import { layoutOf, type RehearsedFleet } from './fleet.ts';
import type { Run } from './run.ts';

const TALLY = TALLIES.length;
const BUCKET_HOURS = 0.25;
const ATTEMPTED = TALLIES.indexOf('attempted');
/** Buckets after a halt in which devices that have the release already still say something about the culprit. */
const NAMING_BUCKETS = 8;
/** A pause ends when the evidence has been below its bound for so many buckets. */
const CALM_BUCKETS = 32;

export interface Stopped {
  /** Hour of the halt; Infinity: none. */
  readonly halted: number;
  /** Hour of the first pause. */
  readonly paused: number;
  /** Hours between which nothing was offered; the last may have no end. */
  readonly closed: ReadonlyArray<readonly [number, number]>;
  /** The value that was named within two hours of the halt, and when; null: none. */
  readonly named: Slice | null;
  readonly namedAt: number;
}

/** A judge that is not as it is. */
export interface Judging {
  /** How many times looser its bounds are; Infinity: nothing is ever halted or paused. */
  readonly looser?: number;
  /** Hours in which nobody judges. */
  readonly away?: { readonly from: number; readonly to: number };
  /** After each bucket: its end in hours, and the evidence as a power of ten. */
  readonly onBucket?: (hour: number, evidence: number) => void;
}

export function judgeRun(fleet: RehearsedFleet, run: Run, judging: Judging = {}): Stopped {
  const { looser = 1, away, onBucket } = judging;
  const trial = new Trial(frameOf(layoutOf(fleet, run.subjects)));
  const [haltAt, pauseAt] = [Math.log(looser / HALT_ALPHA), Math.log(looser / PAUSE_ALPHA)];
  const openings = run.opens.map((hour) => Math.round(hour / BUCKET_HOURS));
  const skipped = new Uint8Array(run.subjects.length);
  const closed: Array<[number, number]> = [];
  let [halted, paused, calm] = [Infinity, Infinity, 0];
  let open = true;
  for (let bucket = 0; bucket < run.buckets; bucket++) {
    countBucket(trial, fleet, run, bucket, open ? undefined : skipped, skipped);
    trial.closeBucket(bucket);
    const weighted = trial.logWeighted();
    const hour = (bucket + 1) * BUCKET_HOURS;
    onBucket?.(hour, weighted / Math.LN10);
    if (away && hour > away.from && hour <= away.to) continue;
    if (weighted >= haltAt) {
      halted = hour;
      break;
    }
    const pausing = trial.logPausing();
    calm = pausing >= pauseAt ? 0 : calm + 1;
    const gateShut = openings.includes(bucket + 1) && weighted >= pauseAt;
    if (open && (pausing >= pauseAt || gateShut)) {
      open = false;
      paused = Math.min(paused, hour);
      closed.push([hour, Infinity]);
    } else if (!open && calm >= CALM_BUCKETS && !openings.includes(bucket + 1)) {
      open = true;
      (closed.at(-1) as [number, number])[1] = hour;
    }
  }
  if (halted === Infinity) return { halted, paused, closed, named: null, namedAt: Infinity };
  if (open) closed.push([halted, Infinity]);
  else (closed.at(-1) as [number, number])[1] = Infinity;
  return {
    halted,
    paused: Math.min(paused, halted),
    closed,
    ...nameAfter(trial, fleet, run, halted, skipped),
  };
}

function nameAfter(
  trial: Trial,
  fleet: RehearsedFleet,
  run: Run,
  halted: number,
  skipped: Uint8Array,
): { named: Slice | null; namedAt: number } {
  const from = Math.round(halted / BUCKET_HOURS);
  for (let bucket = from; bucket <= Math.min(from + NAMING_BUCKETS, run.buckets - 1); bucket++) {
    const { named } = attributionOf(readTrial(trial));
    if (named) return { named, namedAt: bucket * BUCKET_HOURS };
    countBucket(trial, fleet, run, bucket, skipped, skipped);
    trial.closeBucket(bucket);
  }
  return { named: attributionOf(readTrial(trial)).named, namedAt: Infinity };
}

/** @param closed when given, devices that would meet their offer now do not, and never do */
function countBucket(
  trial: Trial,
  fleet: RehearsedFleet,
  run: Run,
  bucket: number,
  closed: Uint8Array | undefined,
  skipped: Uint8Array,
): void {
  const { first, subject, what } = run.records;
  for (let index = first[bucket] as number; index < (first[bucket + 1] as number); index++) {
    const who = subject[index] as number;
    const tally = (what[index] as number) % TALLY;
    const arm = (Math.floor((what[index] as number) / TALLY) % 2) as Arm;
    const stage = Math.floor((what[index] as number) / TALLY / 2);
    if (arm === OFFERED) {
      if (closed && tally === ATTEMPTED) skipped[who] = 1;
      if (skipped[who] === 1) continue;
    }
    const { cell, stratum } = run.subjects[who] as (typeof run.subjects)[number];
    trial.countDevice(stage, arm, stratum, fleet.slicesOf[cell] as Int32Array, tally);
  }
}
