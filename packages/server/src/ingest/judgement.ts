/** Puts what a device said to the judge's pure functions, in the shapes that the database keeps. */
import { compareVersions, type Offer, targetPath } from '@tuesday/protocol';
import {
  afterContact,
  afterOutcome,
  type ContactFacts,
  deviceTurn,
  type FleetHours,
  offerFor,
  type Standing,
  turnOf,
  versionOf,
} from '@tuesday/rollout';
import type { ActiveRollout } from './active-rollouts.ts';
import type { CheckInReport, Member, OutcomeReport } from './report.ts';

/** @returns the same object when nothing changes */
export function memberAfterOutcome(member: Member, { body, at }: OutcomeReport): Member {
  const runs = body.kind === 'installed' || body.kind === 'confirmed';
  if (body.offer === recallOffer(body.rollout))
    return runs && !member.recalled ? { ...member, recalled: true, because: body.because } : member;
  // Overtaken on its way: a device does not try again what it went back from.
  if (runs && member.state === 'rolled-back') return member;
  return become(member, afterOutcome(member, body.kind), at, body.because);
}

/** @returns the same object when nothing changes */
export function memberAfterCheckIn(member: Member, rollout: ActiveRollout, report: CheckInReport): Member {
  const facts = factsOf(member, rollout, report);
  const confirmed = report.body.slots[report.body.active].state === 'confirmed';
  // As if its `unhealthy` outcome had come. While it tries, the device judges itself.
  const unhealthy = facts.runsRelease && confirmed && !facts.healthy && member.state === 'installed';
  const standing = unhealthy ? afterOutcome(member, 'unhealthy') : afterContact(member, facts);
  const after = become(member, standing, report.at, becauseOf(standing.state, rollout, report));
  const sentBack = rollout.phase === 'recalling' || rollout.phase === 'recalled';
  const isBack = sentBack && after.exposed && !facts.runsRelease;
  return isBack && !after.recalled ? { ...after, recalled: true } : after;
}

function factsOf(member: Member, rollout: ActiveRollout, { body }: CheckInReport): ContactFacts {
  const version = versionOf(body);
  const wentDown = member.exposed && version !== undefined && compareVersions(version, rollout.release) < 0;
  const sentBack = rollout.phase === 'recalling' || rollout.phase === 'recalled' || member.recalled;
  return {
    runsRelease: version === rollout.release,
    wentBack: body.rolledBackFrom.includes(rollout.release) || (wentDown && !sentBack),
    healthy: body.health.ok && !body.errors.some((code) => rollout.failingErrors.has(code)),
  };
}

function become(member: Member, { state, exposed }: Standing, at: number, because: string): Member {
  if (member.state === state && member.exposed === exposed) return member;
  return { ...member, state, exposed, because, stateAt: member.state === state ? member.stateAt : at };
}

function becauseOf(state: Member['state'], rollout: ActiveRollout, { body }: CheckInReport): string {
  if (state === 'installed') return `reports ${rollout.release}`;
  if (state === 'rolled-back') return `went back from ${rollout.release}`;
  if (state !== 'failed') return 'in contact again';
  const failing = body.health.failing ?? body.errors.find((code) => rollout.failingErrors.has(code));
  return failing === undefined ? `no longer runs ${rollout.release}` : `health check fails: ${failing}`;
}

/** The offers that were ever made under a rollout. */
export function isOfferOf(rollout: string, offer: string): boolean {
  return offer === `${rollout}.u1` || offer === recallOffer(rollout);
}

function recallOffer(rollout: string): string {
  return `${rollout}.r1`;
}

/** What a device is offered by: its part in each rollout, and the hours in which devices take updates. */
export interface OfferTerms {
  readonly memberships: readonly { rollout: ActiveRollout; member: Member }[];
  readonly deviceHours: FleetHours | null;
}

/** What one of the rollouts offers; a recall comes before any update, a newer rollout before an older one. */
export function chooseOffer(
  { memberships, deviceHours }: OfferTerms,
  held: string | null,
  { body, device, at }: CheckInReport,
): Offer {
  const offers = memberships.map(({ rollout, member }) =>
    offerFor({
      ...rollout,
      targets: {
        update: targetPath(rollout.release, body.hardware),
        recall: targetPath(rollout.wayBack, body.hardware),
      },
      member,
      device,
      now: at,
      held,
      report: body,
      deviceHours,
    }),
  );
  return (
    offers.find(({ kind }) => kind === 'recall') ??
    offers.find(({ kind }) => kind === 'update') ??
    offers[0] ?? { kind: 'none', because: 'No rollout concerns this device.' }
  );
}

/** When waiting alone will change what the device is offered, by its turn or by its hours; null: never. */
export function nextTurn(
  { memberships, deviceHours }: OfferTerms,
  { device, at, body }: CheckInReport,
): number | null {
  const turns = memberships
    .filter(({ rollout, member }) => rollout.state.openedAt[member.stage] !== undefined)
    .map(({ rollout, member }) => turnOf({ ...rollout, member, device }));
  // Between its turn and its hours it is asked again at either.
  const hours = deviceHours && turns.length > 0 ? [deviceTurn(deviceHours, body.environment, at).at] : [];
  const later = [...turns, ...hours].filter((turn) => turn > at);
  return later.length === 0 ? null : Math.min(...later);
}
