/**
 * The control plane of the world, in memory: the real judge and its pure neighbours over plain arrays. It
 * remembers what the server keeps in tables.
 */
import {
  type CheckIn,
  type CheckInAnswer,
  type DeviceId,
  type Environment,
  goldenRule,
  type Instant,
  type Outcome,
  type Plan,
  type RolloutEvent,
  targetPath,
  toMillis,
} from '@tuesday/protocol';
import { FollowedFleet } from './followed.ts';
import {
  addControl,
  addEvidence,
  afterContact,
  afterOutcome,
  afterSilence,
  afterSoak,
  controlOf,
  cutOffs,
  decide,
  type Decision,
  evidenceOf,
  evolve,
  initialState,
  NO_EVIDENCE,
  offerFor,
  rankOf,
  type RolloutState,
  type Situation,
  stageOf,
  type Standing,
  type StoredState,
  stratify,
  stratumOf,
  type ValueCount,
  type ValueEvidence,
  versionOf,
} from '@tuesday/rollout';

export interface MemberSetup {
  readonly device: DeviceId;
  readonly hardware: string;
  readonly environment: Environment;
}

export interface ControlPlaneSetup {
  readonly plan: Plan;
  readonly wayBack: string;
  readonly seed: number;
  readonly members: readonly MemberSetup[];
  /** Zone of the golden rule's windows. */
  readonly zone: string;
  readonly pollSeconds: number;
}

interface Member {
  readonly stage: number;
  readonly hardware: string;
  /** Names of the counters that this device counts in, beside its stage's. */
  readonly values: readonly string[];
  standing: Standing;
  lastSeen: Instant | null;
  installedAt: Instant | null;
  /** Last report of a failing check, an error code or a way back. */
  troubleAt: Instant | null;
  report: CheckIn | null;
}

type Counts = Array<Record<StoredState, number>>;

const ROLLOUT = 'r-1';

export class ControlPlane {
  state: RolloutState = initialState();
  readonly sizes: readonly number[];
  readonly #setup: ControlPlaneSetup;
  readonly #members: Member[];
  readonly #followed: FollowedFleet;
  readonly #whole: Counts;
  readonly #values = new Map<
    string,
    { readonly attribute: string; readonly value: string; readonly counts: Counts }
  >();

  constructor(setup: ControlPlaneSetup) {
    this.#setup = setup;
    const places = placesOf(setup);
    const length = setup.plan.stages.length + 1;
    this.#whole = emptyCounts(length);
    this.#members = setup.members.map((member, index) =>
      this.#admit(member, places[index]?.stage ?? 0, length),
    );
    this.#followed = new FollowedFleet(
      setup.plan,
      setup.members.map(({ environment, hardware }, index) => ({
        stage: places[index]?.stage ?? 0,
        stratum: places[index]?.stratum ?? '',
        attributes: { ...environment, hardware },
      })),
    );
    this.sizes = this.#whole.map((counts) => counts.waiting);
  }

  #admit({ environment, hardware }: MemberSetup, stage: number, stages: number): Member {
    const values = Object.entries({ ...environment, hardware }).map(([attribute, value]) => {
      const key = `${attribute}\n${value}`;
      if (!this.#values.has(key)) this.#values.set(key, { attribute, value, counts: emptyCounts(stages) });
      return key;
    });
    const member: Member = {
      stage,
      hardware,
      values,
      standing: { state: 'waiting', exposed: false },
      lastSeen: null,
      installedAt: null,
      troubleAt: null,
      report: null,
    };
    this.#count(member, 'waiting', 1);
    return member;
  }

  checkIn(index: number, report: CheckIn, now: Instant): CheckInAnswer {
    const member = this.#member(index);
    const silent = member.standing.state === 'silent' || member.standing.state === 'waiting-silent';
    member.lastSeen = now;
    if (member.report !== report || silent) {
      if (member.report !== report && isTrouble(report)) member.troubleAt = now;
      member.report = report;
      this.#judgeContact(member, report, now);
    }
    const { plan, pollSeconds, wayBack } = this.#setup;
    const offer = offerFor({
      state: this.state,
      plan,
      rollout: ROLLOUT,
      release: plan.release,
      wayBack,
      targets: {
        update: targetPath(plan.release, member.hardware),
        recall: targetPath(wayBack, member.hardware),
      },
      member: { stage: member.stage, state: member.standing.state, recalled: false },
      device: this.#setup.members[index]?.device ?? '',
      now,
      held: null,
      report,
    });
    return { protocol: 1, pollAfterSeconds: pollSeconds, offer };
  }

  #judgeContact(member: Member, report: CheckIn, now: Instant): void {
    const { release } = this.#setup.plan;
    const wentBack = member.standing.exposed && report.rolledBackFrom.includes(release);
    const runsRelease = versionOf(report) === release;
    this.#move(
      member,
      afterContact(member.standing, { runsRelease, wentBack, healthy: report.health.ok }),
      now,
    );
  }

  tell(index: number, outcome: Outcome, now: Instant): void {
    const member = this.#member(index);
    member.lastSeen = now;
    const back = member.standing.state === 'rolled-back' && outcome.kind !== 'rolled-back';
    if (back || outcome.offer.endsWith('.r1')) return;
    if (outcome.kind === 'unhealthy' || outcome.kind === 'rolled-back') member.troubleAt = now;
    this.#move(member, afterOutcome(member.standing, outcome.kind), now);
  }

  /** What a person does, past the judge. */
  act(event: RolloutEvent, now: Instant): void {
    const next = evolve(this.state, event, now);
    if ('refused' in next) throw new Error(next.refused.because);
    this.state = next;
  }

  /** The sweep and one decision of the judge. */
  tick(now: Instant): Decision {
    this.sweep(now);
    this.#follow(now);
    const decision = decide(this.situation(now));
    if (decision.kind === 'events') for (const event of decision.events) this.act(event, now);
    return decision;
  }

  sweep(now: Instant): void {
    const { plan } = this.#setup;
    const deadline = now - toMillis(plan.silentAfter);
    for (const member of this.#members) {
      const opened = this.state.openedAt[member.stage];
      if (Math.max(member.lastSeen ?? 0, opened ?? 0) < deadline)
        this.#move(member, afterSilence(member.standing), now);
      const soak = toMillis(plan.stages[member.stage]?.soak ?? plan.watch);
      const proof = (member.installedAt ?? Infinity) + soak;
      if (
        member.standing.state === 'installed' &&
        (member.lastSeen ?? 0) >= proof &&
        member.report?.health.ok === true
      )
        this.#move(member, afterSoak(member.standing), now);
    }
  }

  #follow(now: Instant): void {
    this.#followed.step(this.state, now, (index) => {
      const { lastSeen, troubleAt, installedAt, standing } = this.#member(index);
      const failed = standing.state === 'failed' || standing.state === 'rolled-back';
      return { lastSeen, troubleAt, installedAt, failed };
    });
  }

  situation(now: Instant): Situation {
    const { plan, zone } = this.#setup;
    const opened = (stage: number) => this.state.openedAt[stage] !== undefined;
    const evidence = this.#whole.map((counts, stage) => evidenceOf(counts, opened(stage)));
    return {
      state: this.state,
      plan,
      stages: evidence.map((one, stage) => ({ size: this.sizes[stage] ?? 0, evidence: one })),
      control: controlSum(this.#whole, opened),
      trial: this.#followed.read(),
      values: [...this.#values.values()].map(({ attribute, value, counts }): ValueEvidence => ({
        attribute,
        value,
        evidence: counts.reduce(
          (sum, one, stage) => (opened(stage) ? addEvidence(sum, evidenceOf(one, true)) : sum),
          NO_EVIDENCE,
        ),
        control: controlSum(counts, opened),
      })),
      toRecall: this.#members.filter(({ report }) => report !== null && versionOf(report) === plan.release)
        .length,
      calendar: goldenRule(zone),
      now,
    };
  }

  #member(index: number): Member {
    const member = this.#members[index];
    if (!member) throw new RangeError(`no device ${index}`);
    return member;
  }

  #move(member: Member, to: Standing, now: Instant): void {
    const from = member.standing;
    if (from.state === to.state && from.exposed === to.exposed) return;
    if (to.state === 'installed' && from.state !== 'installed') member.installedAt ??= now;
    this.#count(member, from.state, -1);
    member.standing = to;
    this.#count(member, to.state, 1);
  }

  #count(member: Member, state: StoredState, by: number): void {
    const add = (counts: Counts) => {
      const row = counts[member.stage];
      if (row) row[state] += by;
    };
    add(this.#whole);
    for (const key of member.values) add(this.#values.get(key)?.counts ?? []);
  }
}

function emptyCounts(stages: number): Counts {
  return Array.from({ length: stages }, () => ({
    waiting: 0,
    'waiting-silent': 0,
    installed: 0,
    proven: 0,
    failed: 0,
    'rolled-back': 0,
    silent: 0,
    excluded: 0,
    untested: 0,
  }));
}

function controlSum(counts: Counts, opened: (stage: number) => boolean) {
  return counts.reduce((sum, one, stage) => (opened(stage) ? sum : addControl(sum, controlOf(one, false))), {
    devices: 0,
    silent: 0,
  });
}

/** As the server sees it: something is wrong now, on whatever version. */
function isTrouble(report: CheckIn): boolean {
  const settled = report.slots[report.active].state === 'confirmed';
  return (settled && !report.health.ok) || report.errors.length > 0;
}

/** Stage and stratum of each member, in their order: the judge's own cohorts. */
function placesOf({ plan, members, seed }: ControlPlaneSetup): Array<{ stage: number; stratum: string }> {
  const counts = new Map<string, ValueCount & { devices: number }>();
  const attributes = members.map(({ environment, hardware }) => ({ ...environment, hardware }));
  for (const environment of attributes)
    for (const [attribute, value] of Object.entries(environment)) {
      const key = `${attribute}\n${value}`;
      counts.set(key, { attribute, value, devices: (counts.get(key)?.devices ?? 0) + 1 });
    }
  const strata = stratify([...counts.values()], plan);
  const places = members.map(({ device }, index) => ({
    stratum: stratumOf(strata, attributes[index] ?? {}),
    rank: rankOf(String(seed), device),
  }));
  const ranks = Map.groupBy(places, ({ stratum }) => stratum);
  const cut = cutOffs(
    new Map([...ranks].map(([stratum, all]) => [stratum, Float64Array.from(all, ({ rank }) => rank).sort()])),
    plan,
  );
  return places.map(({ stratum, rank }) => ({ stratum, stage: stageOf(cut, stratum, rank) }));
}
