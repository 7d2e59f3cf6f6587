/** Words and looks of recovery campaigns; the sentences are the server's. */
import { t } from '@lingui/core/macro';
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
  ['relay', t`by relay`, t`took the release from a neighbour`, t`fill-relay`],
  ['http', t`over the server`, t`took the release from the server`, t`fill-recall`],
  ['technician', t`by a technician`, t`are well after a visit`, t`fill-release`],
  ['itself', t`by themselves`, t`came back without taking anything`, t`fill-itself`],
  ['unsaid', t`without saying how`, t`took a release and do not say from where`, t`fill-pending`],
];

export const OTHER_STANDINGS: ReadonlyArray<
  readonly [standing: Exclude<CampaignStanding, 'healed'>, label: string, means: string, fill: string]
> = [
  ['heard', t`heard again`, t`are in contact and not well yet`, 'fill-installed'],
  ['waiting', 'waiting', t`not heard since the start`, 'fill-waiting'],
  ['technician', t`for a technician`, t`no other planned road is open`, 'fill-technician'],
  ['visited', 'visited', t`somebody was there, not heard since`, 'fill-silent'],
  ['given-up', t`given up`, t`nobody tries any more`, 'fill-rolledBack'],
];

export const STANDINGS: ReadonlyArray<readonly [CampaignStanding, string]> = [
  ['healed', 'healed'],
  ...OTHER_STANDINGS.map(([standing, label]) => [standing, label] as const),
];

export const ROADS: Readonly<Record<CampaignRoad, readonly [label: string, means: string]>> = {
  http: [t`Server`, t`the server hears them`],
  relay: [t`Relay`, t`neighbours in contact hear them`],
  rescue: [t`Rescue`, t`they look by themselves`],
  technician: [t`Technician`, t`somebody drives there`],
};
export const ROAD_NAMES = Object.keys(ROADS) as CampaignRoad[];
