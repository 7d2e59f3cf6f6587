/** What a plan page is told: two published releases, a fleet of 240, and what the plan would get. */
import type { Composition, ParityView, PlanCheckView, ReleaseView } from '@tuesday/protocol';
import { NINE } from './story.ts';

const HOUR = 3_600_000;

function release(version: string, wayBack: string, state: ReleaseView['state']): ReleaseView {
  return {
    version,
    state,
    manifest: {
      version,
      wayBack,
      securityVersion: 0,
      recovery: false,
      notes: 'Reconnects with a pause.',
      errorCodes: [],
      raises: [],
      artifacts: [{ hardware: 'th-2', size: 48_213, sha256: 'ab'.repeat(32) }],
    },
    createdAt: NINE - 30 * HOUR,
    publishedAt: state === 'published' ? NINE - 20 * HOUR : null,
    missingArtifacts: [],
    signatures: { have: [], need: 2 },
  };
}

export const PUBLISHED: readonly ReleaseView[] = [
  release('3.2.7', '3.2.6', 'draft'),
  release('3.2.6', '3.2.4', 'published'),
  release('3.2.4', '3.2.3', 'published'),
];

export const CHECKED: PlanCheckView = {
  devices: 240,
  stages: [
    {
      share: 0.05,
      size: 32,
      power: { sees: 0.11, because: 'It can see a defect that hits 11 % of the fleet or more.' },
    },
    {
      share: 0.2,
      size: 16,
      power: { sees: 0.06, because: 'It can see a defect that hits 6 % of the fleet or more.' },
    },
    {
      share: 1,
      size: 187,
      power: { sees: null, because: 'It is compared with 5 devices only, and sees nothing.' },
    },
  ],
  holdOut: 5,
  thin: [{ attribute: 'broker', value: 'mosquitto 2.1.2', devices: 2, firstStage: 1 }],
  firstOpening: NINE + 24 * HOUR,
};

export const UNTESTED: ParityView = {
  release: '3.2.6',
  at: NINE,
  devices: 240,
  verdict: 'closed',
  uncovered: 0.15,
  because: ['15 % of the fleet runs mosquitto 2.0.18; 3.2.6 was never tested there.'],
  values: [
    {
      dimension: 'broker',
      value: 'mosquitto 2.0.18',
      devices: 36,
      share: 0.15,
      cover: 'untested',
      testedAt: null,
      soakSeconds: 0,
      because: 'never tested',
    },
  ],
  failed: [],
};

export const COMPOSITION: Composition = {
  devices: 240,
  cells: [
    { environment: { broker: 'mosquitto 2.0.15', hardware: 'th-2' }, devices: 204 },
    { environment: { broker: 'mosquitto 2.0.18', hardware: 'th-2' }, devices: 36 },
  ],
  silence: [{ minutes: 45, share: 0.01 }],
  troublePerDay: 0.001,
  source: 'the 240 devices that have reported to this control plane',
};
