/** Puts what a device said to the judge's pure functions, in the shapes that the database keeps. */
import { compareVersions, type CheckIn, type Offer, targetPath, toMillis } from '@tuesday/protocol';
import type { ActiveRollout } from './active-rollouts.ts';
import type { CheckInReport, Member, OutcomeReport } from './report.ts';

/** @returns the same object when nothing changes */
export function afterOutcome(member: Member, report: OutcomeReport): Member {
  const { kind, offer, because } = report.body;
  if (offer.endsWith('.r1')) {
    return (kind === 'installed' || kind === 'confirmed') && !member.recalled
      ? { ...member, recalled: true, because: 'runs the way back' }
      : member;
  }
  if (kind === 'installed' || kind === 'confirmed') {
    if (member.exposed && member.state !== 'silent') return member;
    return change(member, 'installed', report.at, because, true);
  }
  if (kind === 'rolled-back') return change(member, 'rolled-back', report.at, because, true);
  return change(member, 'failed', report.at, because, member.exposed || kind === 'unhealthy');
}

/** @returns the same object when nothing changes */
export function afterCheckIn(member: Member, rollout: ActiveRollout, report: CheckInReport): Member {
  const { body, at } = report;
  const version = body.slots[body.active].version;
  if (version === rollout.release) {
    const failing = body.errors.find((code) => rollout.failingErrors.has(code));
    if (!body.health.ok || failing !== undefined) {
      const because = failing ?? body.health.failing ?? 'a health check fails';
      return member.state === 'failed' ? member : change(member, 'failed', at, because, true);
    }
    const runs = member.state === 'installed' || member.state === 'proven';
    return runs || member.state === 'failed'
      ? member
      : change(member, 'installed', at, 'runs the release', true);
  }
  if (body.rolledBackFrom.includes(rollout.release) || (member.exposed && rollout.phase !== 'recalling'))
    return member.state === 'rolled-back' ? member : change(member, 'rolled-back', at, 'went back', true);
  if (member.exposed && !member.recalled) return { ...member, recalled: true, because: 'runs the way back' };
  return member.state === 'waiting-silent' ? change(member, 'waiting', at, '', false) : member;
}

function change(
  member: Member,
  state: Member['state'],
  stateAt: number,
  because: string,
  exposed: boolean,
): Member {
  if (member.state === state && member.exposed === exposed) return member;
  return { ...member, state, stateAt, because, exposed };
}

/** The first offer that one of the rollouts makes; a recall comes before any update. */
export function offerFor(
  memberships: readonly { rollout: ActiveRollout; member: Member }[],
  held: string | null,
  body: CheckIn,
): Offer {
  if (held !== null) return { kind: 'none', because: `held: ${held}` };
  const version = body.slots[body.active].version ?? '0.0.0';
  for (const { rollout } of memberships) {
    if (rollout.phase === 'recalling' && version === rollout.release)
      return make('recall', rollout, rollout.wayBack, body.hardware);
  }
  for (const { rollout, member } of memberships) {
    const opened = rollout.state.stage !== null && member.stage <= rollout.state.stage;
    const offering = ['soaking', 'scheduled', 'watching'].includes(rollout.phase);
    const tried = body.rolledBackFrom.includes(rollout.release);
    if (
      offering &&
      opened &&
      !tried &&
      rollout.state.paused.length === 0 &&
      compareVersions(version, rollout.release) < 0
    )
      return make('update', rollout, rollout.release, body.hardware);
  }
  return { kind: 'none', because: 'nothing is offered to this device now' };
}

function make(kind: 'update' | 'recall', rollout: ActiveRollout, version: string, hardware: string): Offer {
  return {
    kind,
    offer: `${rollout.rollout}.${kind === 'update' ? 'u1' : 'r1'}`,
    rollout: rollout.rollout,
    version,
    target: targetPath(version, hardware),
    probationSeconds: Math.round(toMillis(rollout.plan.probation) / 1_000),
  };
}
