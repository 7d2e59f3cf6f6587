/** Bearer tokens: how they look, and that only their SHA-256 is kept. */
import { hash, randomBytes } from 'node:crypto';

const SECRET = '[A-Za-z0-9_-]{43}';
const deviceToken = new RegExp(`^tsd1\\.([A-Za-z0-9][A-Za-z0-9._-]{0,63})\\.${SECRET}$`);
const fleetKey = new RegExp(`^tsf1\\.${SECRET}$`);

export function newDeviceToken(device: string): string {
  return `tsd1.${device}.${secret()}`;
}

export function newFleetKey(): string {
  return `tsf1.${secret()}`;
}

export function newOperatorToken(): string {
  return `tso1.${secret()}`;
}

/** The device that a token claims to be of; undefined when it is not a device token at all. */
export function deviceOfToken(token: string): string | undefined {
  return deviceToken.exec(token)?.[1];
}

export function isFleetKey(token: string): boolean {
  return fleetKey.test(token);
}

export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** What follows `Bearer ` in an Authorization header. */
export function bearer(header: string | undefined): string | undefined {
  return header !== undefined && /^bearer /i.test(header) ? header.slice(7).trim() : undefined;
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
