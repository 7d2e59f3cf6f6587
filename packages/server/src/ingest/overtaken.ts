/**
 * Reports that come late. A message can lie in a connection while the device is told that it failed, says the same
 * another way, updates, and tells of that; what arrives then describes a version that the device has left. Taken as
 * news it would say that the device went back.
 */
import { compareVersions } from '@tuesday/protocol';
import { versionOf } from '@tuesday/rollout';
import type { ActiveRollout } from './active-rollouts.ts';
import type { CheckInReport, Member } from './report.ts';

/** The newest report of the device that counts so far. */
export interface KnownReport {
  readonly updates: number;
  readonly hash: Buffer;
  readonly at: number;
}

/**
 * No network keeps a message for so long, milliseconds. A device that has lost its memory counts its updates from
 * zero, too, and one whose slots were changed by hand says nothing of it: what they say counts from then on.
 */
export const LATE_MILLIS = 3_600_000;

/** It was made before an update that the known one was made after. */
export function isOvertaken({ body, at }: CheckInReport, known: KnownReport | undefined): boolean {
  return known !== undefined && body.updates < known.updates && isNear(at, known.at);
}

/**
 * It may have been made before the device ran the release: it runs less, although it has begun no update since and
 * does not say that it went back, and nobody sent it back.
 */
export function isFromBefore(
  { exposed, recalled, state, stateAt }: Member,
  { release, phase }: Pick<ActiveRollout, 'release' | 'phase'>,
  { body, at }: CheckInReport,
  known: KnownReport | undefined,
): boolean {
  const isSentBack = recalled || state === 'excluded' || phase === 'recalling' || phase === 'recalled';
  const version = versionOf(body);
  if (!exposed || isSentBack || version === undefined || known === undefined) return false;
  const isBelow = compareVersions(version, release) < 0 && !body.rolledBackFrom.includes(release);
  return isBelow && body.updates <= known.updates && isNear(at, stateAt);
}

function isNear(at: number, other: number): boolean {
  return Math.abs(at - other) < LATE_MILLIS;
}
