/**
 * Bearer tokens: how they look, and that only their SHA-256 is kept. Those of the first fleet name no fleet, those
 * of the others do: over MQTT the token alone says which fleet a message is for.
 */
import { hash, randomBytes } from 'node:crypto';
import { FIRST_FLEET } from '../fleets/names.ts';

const SECRET = '[A-Za-z0-9_-]{43}';
const FLEET = '[a-z][a-z0-9-]{0,39}';
const DEVICE = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';
const deviceToken = new RegExp(`^(?:tsd1|tsd2\\.(${FLEET}))\\.(${DEVICE})\\.${SECRET}$`);
const fleetKey = new RegExp(`^(?:tsf1|tsf2\\.(${FLEET}))\\.${SECRET}$`);

export interface DeviceTokenClaim {
  readonly fleet: string;
  readonly device: string;
}

export function newDeviceToken(fleet: string, device: string): string {
  return fleet === FIRST_FLEET ? `tsd1.${device}.${secret()}` : `tsd2.${fleet}.${device}.${secret()}`;
}

export function newFleetKey(fleet: string): string {
  return fleet === FIRST_FLEET ? `tsf1.${secret()}` : `tsf2.${fleet}.${secret()}`;
}

export function newOperatorToken(): string {
  return `tso1.${secret()}`;
}

/** The device that a token claims to be of, and its fleet; undefined when it is not a device token at all. */
export function claimOfToken(token: string): DeviceTokenClaim | undefined {
  const [, fleet = FIRST_FLEET, device] = deviceToken.exec(token) ?? [];
  return device === undefined ? undefined : { fleet, device };
}

/** Whether it can be a key of this fleet at all. */
export function isFleetKey(token: string, fleet: string): boolean {
  const match = fleetKey.exec(token);
  return match !== null && (match[1] ?? FIRST_FLEET) === fleet;
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
