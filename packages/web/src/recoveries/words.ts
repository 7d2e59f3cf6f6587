/** Words and looks of recovery campaigns; the sentences are the server's. */
import type { CampaignRoad, CampaignStanding, CampaignState, HealedBy } from '@tuesday/protocol';
import type { Tone } from '../rollouts/words.ts';

export const STATE_TONES: Readonly<Record<CampaignState, Tone>> = {
  draft: 'calm',
  running: 'active',
  finished: 'good',
  stopped: 'waiting',
};

export const STANDING_TONES: Readonly<Record<CampaignStanding, Tone>> = {
  healed: 'good',
  heard: 'active',
  waiting: 'waiting',
  technician: 'bad',
  visited: 'waiting',
  'given-up': 'calm',
};

/** By what it was healed; healed first in the bar. */
export const HEALED_WAYS: ReadonlyArray<
  readonly [way: HealedBy, label: string, means: string, fill: string]
> = [
  ['relay', 'by relay', 'took the release from a neighbour', 'fill-relay'],
  ['http', 'over the server', 'took the release from the server', 'fill-recall'],
  ['technician', 'by a technician', 'are well after a visit', 'fill-release'],
  ['itself', 'by themselves', 'came back without taking anything', 'fill-itself'],
  ['unsaid', 'without saying how', 'took a release and do not say from where', 'fill-pending'],
];

export const OTHER_STANDINGS: ReadonlyArray<
  readonly [standing: Exclude<CampaignStanding, 'healed'>, label: string, means: string, fill: string]
> = [
  ['heard', 'heard again', 'are in contact and not well yet', 'fill-installed'],
  ['waiting', 'waiting', 'not heard since the start', 'fill-waiting'],
  ['technician', 'for a technician', 'no other planned road is open', 'fill-technician'],
  ['visited', 'visited', 'somebody was there, not heard since', 'fill-silent'],
  ['given-up', 'given up', 'nobody tries any more', 'fill-rolledBack'],
];

export const STANDINGS: ReadonlyArray<readonly [CampaignStanding, string]> = [
  ['healed', 'healed'],
  ...OTHER_STANDINGS.map(([standing, label]) => [standing, label] as const),
];

export const ROADS: Readonly<Record<CampaignRoad, readonly [label: string, means: string]>> = {
  http: ['Server', 'the server hears them'],
  relay: ['Relay', 'neighbours in contact hear them'],
  rescue: ['Rescue', 'they look by themselves'],
  technician: ['Technician', 'somebody drives there'],
};
export const ROAD_NAMES = Object.keys(ROADS) as CampaignRoad[];
