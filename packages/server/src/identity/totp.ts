/** Time-based codes: RFC 6238, SHA-1, six digits, steps of 30 seconds, as every authenticator app makes them. */
import { Secret, TOTP } from 'otpauth';

const STEP_SECONDS = 30;
/** Steps to either side that a phone's clock may be off. */
const WINDOW = 1;

export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

export function totpUrl(secret: string, person: string): string {
  return totpOf(secret, person).toString();
}

/** @returns the code of the step at `now`, for tests and demos that play the phone */
export function totpCode(secret: string, now: number): string {
  return totpOf(secret).generate({ timestamp: now });
}

/**
 * @param now  milliseconds by the handed-in clock
 * @param last newest step that was taken before
 * @returns the step of the code when it is right and newer than `last`; undefined otherwise
 */
export function totpStep(secret: string, code: string, now: number, last: number): number | undefined {
  const delta = totpOf(secret).validate({ token: code, timestamp: now, window: WINDOW });
  if (delta === null) return undefined;
  const step = Math.floor(now / 1_000 / STEP_SECONDS) + delta;
  return step > last ? step : undefined;
}

function totpOf(secret: string, label = 'account'): TOTP {
  return new TOTP({ issuer: 'Tuesday', label, secret: Secret.fromBase32(secret), period: STEP_SECONDS });
}
