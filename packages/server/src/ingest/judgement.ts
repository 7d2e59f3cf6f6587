/** Puts what a device said to the judge's pure functions, in the shapes that the database keeps. */
import { canonicalCode, compareVersions, type Offer, targetPath } from '@tuesday/protocol';
import {
  afterContact,
  afterCover,
  afterOutcome,
  type ContactFacts,
  deviceTurn,
  type FleetHours,
  isUpdateOfferId,
  offerFor,
  type Standing,
  turnOf,
  updateOfferId,
  versionOf,
  whyUntested,
} from '@tuesday/rollout';
import type { ActiveRollout } from './active-rollouts.ts';
import type { CheckInReport, Member, OutcomeReport } from './report.ts';
import { checkWord, isCheck } from './trouble.ts';

/** @returns the same object when nothing changes */
export function memberAfterOutcome(before: Member, { body, at }: OutcomeReport): Member {
  const member = afterRetry(before, body);
  const runs = body.kind === 'installed' || body.kind === 'confirmed';
  // Its clock or our metadata is wrong; the release is not. It waits for its turn, and judges the offer again.
  if (body.kind === 'refused' && body.code === 'metadata-expired') return waitsOn(member, body.because);
  if (body.offer === recallOffer(body.rollout))
    return runs && !member.recalled ? { ...member, recalled: true, because: body.because } : member;
  // Overtaken on its way, or a second try: what went wrong in this rollout stays in its evidence.
  if (runs && member.state === 'rolled-back') return member;
  // Its checks failed before it ran the release, too.
  if (body.kind === 'unhealthy' && member.standing.some(isCheck)) return member;
  return become(member, afterOutcome(member, body.kind), at, body.because);
}

function waitsOn(member: Member, because: string): Member {
  return member.because === because ? member : { ...member, because };
}

/** A second try is over with its outcome, and is not offered again. */
function afterRetry(member: Member, { rollout, offer, kind }: OutcomeReport['body']): Member {
  const isOpen = member.retrying && offer === updateOfferId(rollout, member.retries);
  return isOpen && kind !== 'installed' ? { ...member, retrying: false } : member;
}

/** Why the release must not reach the device as it describes itself now; null: it may. */
export function untestedFor({ untested }: ActiveRollout, { body }: CheckInReport): string | null {
  if (untested === null) return null;
  const { environment, hardware } = body;
  return whyUntested(untested, { environment, hardware, version: versionOf(body) });
}

/** Held, or let go again, by what is known about its environment. @returns the same object when nothing changes */
export function memberAfterCover(member: Member, untested: string | null, at: number): Member {
  const standing = afterCover(member, untested === null);
  return become(member, standing, at, untested ?? 'its environment is covered now');
}

/** @returns the same object when nothing changes */
export function memberAfterCheckIn(member: Member, rollout: ActiveRollout, report: CheckInReport): Member {
  const facts = factsOf(member, rollout, report);
  const known = facts.runsRelease ? member : withStanding(member, failingWords(rollout, report));
  const confirmed = report.body.slots[report.body.active].state === 'confirmed';
  // As if its `unhealthy` outcome had come. While it tries, the device judges itself.
  const unhealthy = facts.runsRelease && confirmed && !facts.healthy && member.state === 'installed';
  const standing = unhealthy ? afterOutcome(member, 'unhealthy') : afterContact(member, facts);
  const after = become(known, standing, report.at, becauseOf(standing.state, member, rollout, report));
  const sentBack =
    rollout.phase === 'recalling' || rollout.phase === 'recalled' || after.state === 'excluded';
  const isBack = sentBack && after.exposed && !facts.runsRelease;
  return isBack && !after.recalled ? { ...after, recalled: true } : after;
}

/** The same member, when it has run the release already or nothing is new. */
function withStanding(member: Member, words: readonly string[]): Member {
  const fresh = words.filter((word) => !member.standing.includes(word));
  if (member.exposed || fresh.length === 0) return member;
  return { ...member, standing: [...member.standing, ...fresh].sort() };
}

function factsOf(member: Member, rollout: ActiveRollout, report: CheckInReport): ContactFacts {
  const { body } = report;
  const version = versionOf(body);
  const wentDown = member.exposed && version !== undefined && compareVersions(version, rollout.release) < 0;
  const sentBack = rollout.phase === 'recalling' || rollout.phase === 'recalled' || member.recalled;
  return {
    runsRelease: version === rollout.release,
    wentBack: body.rolledBackFrom.includes(rollout.release) || (wentDown && !sentBack),
    healthy: newlyFailing(member, rollout, report) === undefined,
  };
}

function become(member: Member, { state, exposed }: Standing, at: number, because: string): Member {
  if (member.state === state && member.exposed === exposed) return member;
  return { ...member, state, exposed, because, stateAt: member.state === state ? member.stateAt : at };
}

/** What fails and did not before the device ran the release. */
function newlyFailing(member: Member, rollout: ActiveRollout, report: CheckInReport): string | undefined {
  return failingWords(rollout, report).find((word) => !member.standing.includes(word));
}

function becauseOf(
  state: Member['state'],
  member: Member,
  rollout: ActiveRollout,
  report: CheckInReport,
): string {
  if (state === 'installed') return `reports ${rollout.release}`;
  if (state === 'rolled-back') return `went back from ${rollout.release}`;
  if (state !== 'failed') return 'in contact again';
  const failing = newlyFailing(member, rollout, report);
  if (failing === undefined) return `no longer runs ${rollout.release}`;
  return `health check fails: ${isCheck(failing) ? (report.body.health.failing ?? 'unnamed') : failing}`;
}

/** The offers that can be made under a rollout. */
export function isOfferOf(rollout: string, offer: string): boolean {
  return isUpdateOfferId(rollout, offer) || offer === recallOffer(rollout);
}

/** Those that were made to one device: second tries only as often as an operator allowed. */
export function wasOffered({ retries }: Member, rollout: string, offer: string): boolean {
  if (offer === recallOffer(rollout)) return true;
  return isUpdateOfferId(rollout, offer) && Number(offer.slice(rollout.length + 2)) <= 1 + retries;
}

function recallOffer(rollout: string): string {
  return `${rollout}.r1`;
}

export interface Membership {
  readonly rollout: ActiveRollout;
  readonly member: Member;
  /** Why the release must not reach it; null: it may. */
  readonly untested: string | null;
}

/** What a device is offered by: its part in each rollout, and the hours in which devices take updates. */
export interface OfferTerms {
  readonly memberships: readonly Membership[];
  readonly deviceHours: FleetHours | null;
}

/** What one of the rollouts offers; a recall comes before any update, a newer rollout before an older one. */
export function chooseOffer(
  { memberships, deviceHours }: OfferTerms,
  held: string | null,
  { body, device, at }: CheckInReport,
): Offer {
  const offers = memberships.map(({ rollout, member, untested }) =>
    offerFor({
      ...rollout,
      untested,
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

/** What makes a device unhealthy by the manifest of the release: its failing check, and failing codes. */
function failingWords({ failingErrors }: ActiveRollout, { body }: CheckInReport): string[] {
  const codes = body.errors.map(canonicalCode).filter((code) => failingErrors.has(code));
  return body.health.ok ? codes : [checkWord(body.health), ...codes];
}
