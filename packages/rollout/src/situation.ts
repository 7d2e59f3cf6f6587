/**
 * What the judge is told and what it answers. Plain data: no clock, no I/O, no randomness.
 */
import type {
  Blame,
  Calendar,
  Control,
  DeviceHours,
  Evidence,
  Instant,
  PauseReason,
  Phase,
  Plan,
  RolloutEvent,
  Signal,
  SliceName,
} from '@tuesday/protocol';
import type { ParitySituation } from './parity/index.ts';
import type { TrialReading } from './trial/reading.ts';
import type { WatchSituation } from './watch/situation.ts';

/** The remembered state of a rollout; changes only by `evolve`. Stored as JSON beside its events. */
export interface RolloutState {
  readonly phase: Phase;
  /** Index of the open or last opened stage; null before the first. `plan.stages.length` is the hold-out. */
  readonly stage: number | null;
  /** stage index → when it opened, and when its gate passed. */
  readonly openedAt: Readonly<Record<number, Instant>>;
  readonly passedAt: Readonly<Record<number, Instant>>;
  /** Reasons beside the phase; empty means not paused. */
  readonly paused: readonly PauseReason[];
  readonly startedAt: Instant | null;
  readonly haltedAt: Instant | null;
  /** Where an excluded slice lets a halted rollout go on. */
  readonly haltedIn?: Phase;
  /** Slices that were taken out, in this order; their devices are not offered the release. */
  readonly excluded?: readonly SliceName[];
  /** A person resumed in spite of the evidence in this stage: it does not pause that stage again. */
  readonly waivedStage?: number | null;
  readonly recallStartedAt: Instant | null;
}

/** Counts for the devices of one stage. */
export interface StageEvidence {
  /** Devices in the cohort. */
  readonly size: number;
  readonly evidence: Evidence;
}

/** The same counts for the offered devices, and the control, that have one environment value. */
export interface ValueEvidence {
  readonly attribute: string;
  readonly value: string;
  readonly evidence: Evidence;
  readonly control: Control;
}

export interface Situation {
  readonly state: RolloutState;
  readonly plan: Plan;
  /** One entry a stage of the plan, then one for the hold-out. */
  readonly stages: readonly StageEvidence[];
  readonly control: Control;
  readonly values: readonly ValueEvidence[];
  /** The running comparison of the offered devices with their control. */
  readonly trial: TrialReading;
  /** Signs of trouble from beside the trial. */
  readonly signals?: readonly Signal[];
  /** Devices on the new version that still have to go back, while recalling. */
  readonly toRecall: number;
  /** Holidays and recurring freezes written out. */
  readonly calendar: Calendar;
  /** A broken glass of this rollout, whose release is signed as a recovery. */
  readonly glass?: Glass | undefined;
  /** When devices take updates by their own clocks; a soak lasts until the last of them has had it. Absent: always. */
  readonly deviceHours?: DeviceHours | null;
  /** Who answers, and who has said so; absent: nobody has to. */
  readonly watch?: WatchSituation;
  /** What was tested against what the fleet runs; absent: nobody asks. */
  readonly parity?: ParitySituation | undefined;
  readonly now: Instant;
}

/** Waives window, freeze and watch for the next stage that opens; never the verdict of the stage before. */
export interface Glass {
  /** Who broke it and why, as a sentence without its full stop. */
  readonly because: string;
  /** Half-open. */
  readonly until: Instant;
}

export type Decision =
  | {
      readonly kind: 'nothing';
      /** Why nothing happens, as a sentence for people. */
      readonly because: string;
      /** When deciding again can change something even if no report comes; null: only a person can. */
      readonly lookAgainAt: Instant | null;
    }
  | {
      readonly kind: 'events';
      /** To be appended in this order. */
      readonly events: readonly RolloutEvent[];
      readonly because: string;
      readonly blame: readonly Blame[];
    };
