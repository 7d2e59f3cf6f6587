/** Devices where there is no path: over MQTT the token says which fleet is meant. */
import { claimOfToken, type DeviceTokenClaim } from '../devices/tokens.ts';
import type { DeviceVerb } from '@tuesday/protocol';
import { type DoorAnswer, UNAUTHENTICATED } from '../ingest/door.ts';
import type { FleetDirectory } from './fleet-side.ts';

export interface ByToken {
  /** @returns whose token it is, once its fleet has confirmed it */
  whose(token: string | undefined): Promise<DeviceTokenClaim | undefined>;
  /** @param device of the topic; a token of another device must not speak on it */
  answer(device: string, verb: DeviceVerb, token: string, body: Buffer): Promise<DoorAnswer>;
}

export function byToken(fleets: FleetDirectory): ByToken {
  return {
    async whose(token) {
      const claim = token === undefined ? undefined : claimOfToken(token);
      const side = claim && (await fleets.find(claim.fleet));
      const device = await side?.authenticate(token);
      return device === undefined ? undefined : claim;
    },
    async answer(device, verb, token, body) {
      const claim = claimOfToken(token);
      const side = claim?.device === device ? await fleets.find(claim.fleet) : undefined;
      return side ? side.door.answer(verb, token, body) : UNAUTHENTICATED;
    },
  };
}
