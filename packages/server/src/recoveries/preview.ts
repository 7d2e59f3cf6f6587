/** Which roads are open for the devices that a campaign would have. Changes nothing. */
import {
  type CampaignPreview,
  isRefused,
  type OrRefused,
  type PreviewCampaignRequest,
  refuse,
} from '@tuesday/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { publishedManifest } from '../releases/published-manifest.ts';
import type { Parts } from './act.ts';
import { chosen, takenAlready } from './choose.ts';
import { firstRoads, groupsOf, openRoads } from './counts.ts';
import { type CampaignDevice, isWell, readDevices } from './read-devices.ts';
import { type Scope, scopeOfThought } from './scope.ts';

export interface Thinking {
  readonly scope: Scope;
  readonly devices: readonly CampaignDevice[];
  /** Of those that were chosen. */
  readonly leftOut: number;
}

export async function think(parts: Parts, request: PreviewCampaignRequest): Promise<OrRefused<Thinking>> {
  const { db } = parts;
  const unpublished = await mayNotTake(db, request.release);
  if (unpublished) return unpublished;
  const found = await chosen(parts, request);
  if (isRefused(found)) return found;
  const taken = await takenAlready(db, found.devices);
  const scope = await scopeOfThought(db, parts, request, found.devices);
  const all = await readDevices(db, scope);
  // Whom an incident calls harmed is not well, whatever it says of itself.
  const needsNone = (one: CampaignDevice) =>
    taken.has(one.device) || (request.incident === undefined && isWell(one) && one.roads.http.open);
  const devices = all.filter((one) => !needsNone(one));
  return { scope, devices, leftOut: all.length - devices.length };
}

async function mayNotTake(db: Kysely<Database>, release: string) {
  if (await publishedManifest(db, release)) return undefined;
  return {
    refused: refuse('release-not-published', `release ${release} is not published`, {
      field: 'release',
      try: 'tuesday release list shows what is',
    }),
  };
}

export async function previewRecovery(
  parts: Parts,
  request: PreviewCampaignRequest,
): Promise<OrRefused<CampaignPreview>> {
  const thinking = await think(parts, request);
  if (isRefused(thinking)) return thinking;
  const { scope, devices, leftOut } = thinking;
  return {
    devices: devices.length,
    leftOut,
    open: openRoads(devices),
    first: firstRoads(devices),
    none: devices.filter(({ road }) => road === null).length,
    groups: groupsOf(devices, scope),
  };
}
