/** The trial of the world's rollout: every member followed by the rollout's own rules, counted into the real one. */
import { type Instant, type Plan, toMillis } from '@tuesday/protocol';
import {
  BUCKET_MILLIS,
  CONTROL,
  follow,
  type Followed,
  type FollowedFacts,
  frameOf,
  installWithinOf,
  NO_READING,
  NOT_FOLLOWED,
  OFFERED,
  readTrial,
  type RolloutState,
  silencesOf,
  type Slice,
  TALLIES,
  Trial,
  type TrialReading,
  WHOLE,
} from '@tuesday/rollout';

export interface FollowedMember {
  readonly stage: number;
  readonly stratum: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the control plane knows of a member now. */
export interface MemberFacts {
  readonly lastSeen: Instant | null;
  readonly troubleAt: Instant | null;
  readonly installedAt: Instant | null;
  readonly failed: boolean;
}

export class FollowedFleet {
  readonly #plan: Plan;
  readonly #members: readonly FollowedMember[];
  readonly #slices: readonly Int32Array[];
  readonly #strata: readonly string[];
  readonly #devices: Followed[][];
  #trial: Trial;
  #bucket = -1;
  /** Milliseconds from offer to entry, by stage. */
  readonly #installs: number[][];

  constructor(plan: Plan, members: readonly FollowedMember[]) {
    this.#plan = plan;
    this.#members = members;
    const { slices, indexes } = sliceUp(members);
    this.#slices = indexes;
    this.#strata = [...new Set(members.map(({ stratum }) => stratum))].sort();
    const stages = plan.stages.length;
    this.#devices = plan.stages.map(() => members.map(() => NOT_FOLLOWED));
    this.#installs = plan.stages.map(() => []);
    const cohorts = Array.from({ length: stages + 1 }, () => slices.map(() => 0));
    members.forEach(({ stage }, member) => {
      for (const slice of indexes[member] ?? []) {
        const row = cohorts[stage] as number[];
        row[slice] = (row[slice] ?? 0) + 1;
      }
    });
    this.#trial = new Trial(frameOf({ slices, strata: this.#strata, cohorts, metrics: false }));
  }

  /** Follows everybody up to now. */
  step(state: RolloutState, now: Instant, factsOf: (member: number) => MemberFacts): void {
    const bucket = Math.floor(now / BUCKET_MILLIS);
    if (this.#bucket >= 0 && bucket > this.#bucket) this.#trial.closeBucket(this.#bucket);
    this.#bucket = bucket;
    this.#plan.stages.forEach((_, stage) => {
      const openedAt = state.openedAt[stage];
      if (openedAt === undefined) return;
      const install = median(this.#installs[stage] ?? []);
      this.#members.forEach((member, index) => {
        if (member.stage < stage) return;
        this.#followOne({ stage, index, openedAt, install, now, state }, factsOf(index));
      });
    });
  }

  read(): TrialReading {
    if (this.#bucket < 0) return NO_READING;
    const now = this.#trial.copy();
    now.closeBucket(this.#bucket);
    return readTrial(now);
  }

  #followOne(
    given: {
      stage: number;
      index: number;
      openedAt: Instant;
      install: number | null;
      now: Instant;
      state: RolloutState;
    },
    known: MemberFacts,
  ): void {
    const { stage, index, openedAt, install, now, state } = given;
    const member = this.#members[index] as FollowedMember;
    const arm = member.stage === stage ? OFFERED : CONTROL;
    const devices = this.#devices[stage] as Followed[];
    const before = devices[index] as Followed;
    const waited = before.enrolledAt === null || install === null ? null : before.enrolledAt + install;
    const facts: FollowedFacts = {
      lastSeen: known.lastSeen,
      troubleAt: known.troubleAt,
      metricAt: null,
      readyAt: arm === OFFERED ? known.installedAt : waited,
      attemptFailed: arm === OFFERED && known.failed,
      out: arm === CONTROL && state.openedAt[member.stage] !== undefined,
    };
    const silentAfter = toMillis(this.#plan.silentAfter);
    const times = {
      now,
      openedAt,
      silences: silencesOf(silentAfter),
      installWithin: installWithinOf(silentAfter),
    };
    const { device, tallies } = follow(before, facts, times);
    devices[index] = device;
    if (tallies.length === 0) return;
    if (arm === OFFERED && before.enteredAt === null && device.enteredAt !== null)
      this.#installs[stage]?.push(device.enteredAt - (device.enrolledAt ?? device.enteredAt));
    const stratum = this.#strata.indexOf(member.stratum);
    for (const tally of tallies)
      this.#trial.countDevice(stage, arm, stratum, this.#slices[index] ?? [0], TALLIES.indexOf(tally));
  }
}

function sliceUp(members: readonly FollowedMember[]): { slices: Slice[]; indexes: Int32Array[] } {
  const slices: Slice[] = [WHOLE];
  const indexOf = new Map<string, number>();
  const indexes = members.map(({ attributes }) =>
    Int32Array.from([
      0,
      ...Object.entries(attributes).map(([attribute, value]) => {
        const key = `${attribute}\n${value}`;
        if (!indexOf.has(key)) indexOf.set(key, slices.push({ attribute, value }) - 1);
        return indexOf.get(key) as number;
      }),
    ]),
  );
  return { slices, indexes };
}

function median(values: readonly number[]): number | null {
  return values.length === 0
    ? null
    : ([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null);
}
