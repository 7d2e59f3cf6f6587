/**
 * Identifiers as they appear on the wire, in the database and on screen.
 *
 * Every identifier is a plain string with a narrow alphabet, so that it can stand in a URL path, an MQTT
 * topic, a file name and a log line without escaping.
 */
import * as z from 'zod';

/** 1 to 64 characters; first is a letter or digit; then letters, digits, `.`, `_`, `-`. */
const slug = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const deviceIdSchema = z
  .string()
  .regex(slug, 'use 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit');
export type DeviceId = z.infer<typeof deviceIdSchema>;

export const rolloutIdSchema = z.string().regex(slug, 'not a rollout id');
export type RolloutId = z.infer<typeof rolloutIdSchema>;

/** A hardware model, for instance `th-2`. An artifact is made for exactly one. */
export const hardwareSchema = z
  .string()
  .regex(slug, 'use 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit');

/** `MAJOR.MINOR.PATCH`, without a leading `v`; an optional pre-release tail after a hyphen. */
export const versionSchema = z
  .string()
  .regex(
    /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z.-]{1,32})?$/,
    'use MAJOR.MINOR.PATCH, for instance 3.2.5',
  );
export type Version = z.infer<typeof versionSchema>;

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'use 64 lower-case hex digits');

/** An error code as customers see it: `0x` and 1 to 8 hex digits, upper case, for instance `0x45`. */
export const errorCodeSchema = z
  .string()
  .regex(/^0x[0-9A-F]{1,8}$/, 'use 0x and 1 to 8 upper-case hex digits, for instance 0x45');
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** Milliseconds since 1970-01-01T00:00:00Z, by the clock that was handed in. */
export const instantSchema = z.int().min(0).max(8.64e15);
export type Instant = z.infer<typeof instantSchema>;

/**
 * Order of two versions by semantic versioning 2.0.0, clause 11, for the shapes that `versionSchema` admits.
 * A pre-release sorts before its release; two pre-releases sort by their dot-separated identifiers.
 *
 * @returns negative, zero or positive, as for `Array.prototype.sort`
 */
export function compareVersions(left: Version, right: Version): number {
  const [leftCore, leftTail] = splitVersion(left);
  const [rightCore, rightTail] = splitVersion(right);
  for (let part = 0; part < 3; part++) {
    const difference = Number(leftCore[part]) - Number(rightCore[part]);
    if (difference !== 0) return difference;
  }
  if (leftTail === rightTail) return 0;
  if (leftTail === undefined) return 1;
  if (rightTail === undefined) return -1;
  return comparePreRelease(leftTail.split('.'), rightTail.split('.'));
}

function splitVersion(version: Version): [string[], string | undefined] {
  const hyphen = version.indexOf('-');
  const core = hyphen < 0 ? version : version.slice(0, hyphen);
  return [core.split('.'), hyphen < 0 ? undefined : version.slice(hyphen + 1)];
}

function comparePreRelease(left: string[], right: string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const a = left[index];
    const b = right[index];
    if (a === undefined) return -1;
    if (b === undefined) return 1;
    if (a === b) continue;
    const numeric = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (numeric[0] && numeric[1]) return Number(a) - Number(b);
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
}
