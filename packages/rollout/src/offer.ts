/** What a device that checks in is told: take this release, go back, or nothing, and why. */
import { createHash } from 'node:crypto';
import {
  type CheckIn,
  compareVersions,
  type DeviceId,
  type Instant,
  type Offer,
  type Plan,
  type RolloutId,
  type SlotState,
  toMillis,
  type Version,
} from '@tuesday/protocol';
import { deviceTurn, type FleetHours } from './calendar/index.ts';
import type { StoredState } from './member.ts';
import type { RolloutState } from './situation.ts';

export interface OfferCase {
  readonly state: RolloutState;
  readonly plan: Plan;
  readonly rollout: RolloutId;
  readonly release: Version;
  readonly wayBack: Version;
  /** TUF target paths for the device's hardware. */
  readonly targets: { readonly update: string; readonly recall: string };
  readonly member: {
    readonly stage: number;
    readonly state: StoredState;
    readonly recalled: boolean;
    readonly because?: string;
    /** Second tries that operators allowed this device so far. */
    readonly retries?: number;
    /** The last of them has not come to an end. */
    readonly retrying?: boolean;
  };
  readonly device: DeviceId;
  readonly now: Instant;
  /** Why the device is held; null when it is not. */
  readonly held: string | null;
  readonly report: CheckIn;
  /** Why the release must not reach the environment of this device; null or absent: it may. */
  readonly untested?: string | null;
  /** The hours in which devices take updates; null or absent: always. A recall does not wait for them. */
  readonly deviceHours?: FleetHours | null;
}

const none = (because: string): Offer => ({ kind: 'none', because });

export function offerFor(given: OfferCase): Offer {
  const { state, held } = given;
  if (held !== null) return none(`This device is held: ${held}`);
  // A device that comes home after the recall has finished is sent back all the same.
  if (state.phase === 'recalling') return recallOffer(given);
  if (state.phase === 'recalled' && !given.member.recalled) return recallOffer(given);
  if (given.member.state === 'excluded') return excludedOffer(given);
  if (state.phase !== 'soaking' && state.phase !== 'scheduled' && state.phase !== 'watching')
    return none(`The rollout is ${state.phase}.`);
  if (state.stage === null || given.member.stage > state.stage)
    return none(`The stage of this device (${given.member.stage + 1}) has not opened.`);
  if (given.now < turnOf(given))
    return none('The stage of this device has opened; its turn comes in a while.');
  return notNow(given) ?? updateOffer(given);
}

/**
 * When a device of an opened stage meets its offer: somewhere in the stage's pace, by a hash that nobody chooses.
 */
export function turnOf({
  state,
  plan,
  rollout,
  member,
  device,
}: Pick<OfferCase, 'state' | 'plan' | 'rollout' | 'member' | 'device'>): Instant {
  const opened = state.openedAt[member.stage] ?? 0;
  const pace = toMillis(plan.stages[member.stage]?.pace ?? '0s');
  // Without a pace no clock is asked: one that was set back holds nobody up.
  if (pace === 0) return 0;
  const digest = createHash('sha256').update(`${rollout}\n${device}`).digest();
  return opened + Math.floor((digest.readUIntBE(0, 6) / 2 ** 48) * pace);
}

/** A device of an excluded slice goes back if it took the release, and is held otherwise. */
function excludedOffer(given: OfferCase): Offer {
  if (versionOf(given.report) === given.release) return recallOffer(given);
  const because = given.member.because ?? 'its slice was excluded from the rollout';
  return none(`This device is held: ${because}`);
}

/** Why this device does not get the release although its stage is open. */
function notNow(given: OfferCase): Offer | undefined {
  const { state, report } = given;
  const running = versionOf(report);
  if (running === given.release) return none(`This device runs ${given.release} already.`);
  if (running !== undefined && compareVersions(running, given.release) > 0)
    return none(`This device runs ${running}, which is newer than ${given.release}.`);
  if (given.untested != null) return none(`This device is held: ${given.untested}.`);
  const again = wentWrong(given);
  if (again !== undefined && !isRetry(given)) return none(again);
  if (state.paused.length > 0) return none(`The rollout is paused (${state.paused.join(', ')}).`);
  if (report.bootAttempts > 0 || report.slots[report.active].state === 'trying')
    return none('An update is in progress on this device.');
  if (!report.health.ok) return none('This device is not healthy before the update.');
  const early = given.deviceHours && deviceTurn(given.deviceHours, report.environment, given.now).whyNot;
  return early ? none(early) : undefined;
}

/** Why the release is not offered a second time, unless an operator says so. */
function wentWrong({ report, release, member }: OfferCase): string | undefined {
  if (report.rolledBackFrom.includes(release))
    return `This device went back from ${release} and does not try it again.`;
  if (member.state === 'failed' || member.state === 'rolled-back')
    return `This device went wrong in this rollout.`;
  return undefined;
}

/** An operator's word counts for a device that says itself that it went back, and for nothing else. */
function isRetry({ report, release, member }: OfferCase): boolean {
  return member.retrying === true && report.rolledBackFrom.includes(release);
}

/** The offer that a device gets first, and those of its second tries. */
export function updateOfferId(rollout: RolloutId, retries: number): string {
  return `${rollout}.u${1 + retries}`;
}

/** Was this ever the name of an offer to take the release? */
export function isUpdateOfferId(rollout: RolloutId, offer: string): boolean {
  return offer.startsWith(`${rollout}.u`) && /^[1-9]\d{0,3}$/.test(offer.slice(rollout.length + 2));
}

function updateOffer(given: OfferCase): Offer {
  const retry = isRetry(given);
  return {
    kind: 'update',
    offer: updateOfferId(given.rollout, retry ? (given.member.retries ?? 0) : 0),
    ...(retry ? { retry } : {}),
    device: given.device,
    rollout: given.rollout,
    version: given.release,
    target: given.targets.update,
    probationSeconds: probation(given.plan),
  };
}

function recallOffer(given: OfferCase): Offer {
  if (versionOf(given.report) !== given.release) return none(`This device does not run ${given.release}.`);
  if (given.report.rolledBackFrom.includes(given.wayBack))
    return none(`This device went back from ${given.wayBack} before and does not take it again.`);
  return {
    kind: 'recall',
    offer: `${given.rollout}.r1`,
    device: given.device,
    rollout: given.rollout,
    version: given.wayBack,
    target: given.targets.recall,
    probationSeconds: probation(given.plan),
  };
}

const RUNS: readonly SlotState[] = ['trying', 'confirmed'];

/** The version that a device runs by its own report. */
export function versionOf(report: CheckIn): Version | undefined {
  const slot = report.slots[report.active];
  return RUNS.includes(slot.state) ? slot.version : undefined;
}

function probation(plan: Plan): number {
  return Math.round(toMillis(plan.probation) / 1_000);
}
