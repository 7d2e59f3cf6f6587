/**
 * Reports that come late. A message can lie in a connection while the device is told that it failed, says the same
 * another way, updates, and tells of that; what arrives then describes a version that the device has left. Taken as
 * news it would say that the device went back.
 */
import type { CheckInReport, Member } from './report.ts';

/** The newest report of the device that counts so far. */
export interface KnownReport {
  readonly updates: number;
  readonly hash: Buffer;
  readonly at: number;
}

/**
 * No network keeps a message for so long, milliseconds. A device that has lost its memory counts its updates from
 * zero, too: what it says counts from then on.
 */
export const LATE_MILLIS = 3_600_000;

/** It was made before an update that the known one was made after. */
export function isOvertaken({ body, at }: CheckInReport, known: KnownReport | undefined): boolean {
  return known !== undefined && body.updates < known.updates && isNear(at, known.at);
}

/** It says what was known before the outcome that moved the member, and nothing else. */
export function isOlderThan(
  { exposed, stateAt }: Member,
  report: CheckInReport,
  known: KnownReport | undefined,
): boolean {
  if (known === undefined || !exposed || !known.hash.equals(report.hash)) return false;
  return stateAt > known.at && isNear(report.at, stateAt);
}

function isNear(at: number, other: number): boolean {
  return Math.abs(at - other) < LATE_MILLIS;
}
