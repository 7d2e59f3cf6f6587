/** Releases in each state, what is to be signed, and what was tested of them. */
import {
  type AttestationView,
  type Cover,
  type ParityValueView,
  type ParityView,
  releaseManifestSchema,
  type ReleaseManifestInput,
  type ReleaseView,
  type SigningView,
  targetPath,
} from '@tuesday/protocol';
import { NINE } from './story.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const digest = (seed: number) =>
  Array.from({ length: 8 }, (_, index) =>
    ((seed * 2_654_435_761 + index * 40_503) >>> 0).toString(16).padStart(8, '0'),
  ).join('');

export const ALICE = { keyid: digest(101), label: 'alice' };
export const CAROL = { keyid: digest(102), label: 'carol' };

const codes: ReleaseManifestInput['errorCodes'] = [
  {
    code: '0x11',
    title: 'Room sensor out of range',
    meaning: 'The sensor reads below -40 degrees.',
    failsHealth: false,
  },
  {
    code: '0x45',
    title: 'Network stack crashed',
    meaning: 'Not reachable.',
    severity: 'critical',
    failsHealth: true,
  },
];

function release(
  version: string,
  manifest: Partial<ReleaseManifestInput>,
  view: Partial<ReleaseView>,
): ReleaseView {
  const seed = Number(version.replaceAll('.', ''));
  return {
    version,
    state: 'published',
    manifest: releaseManifestSchema.parse({
      version,
      securityVersion: 3,
      errorCodes: codes,
      raises: ['0x11', '0x45'],
      artifacts: [
        { hardware: 'thermostat-2', size: 1_482_752, sha256: digest(seed) },
        { hardware: 'thermostat-3', size: 1_611_208, sha256: digest(seed + 1_000) },
      ],
      ...manifest,
    }),
    createdAt: NINE - 3 * DAY,
    publishedAt: NINE - 2 * DAY,
    missingArtifacts: [],
    signatures: { have: [ALICE, CAROL], need: 2 },
    deltas: [],
    ...view,
  };
}

/** Waits for bytes. */
export const LACKING = release(
  '3.2.7',
  { wayBack: '3.2.5', notes: 'Quieter valve at night.' },
  {
    state: 'draft',
    createdAt: NINE - HOUR,
    publishedAt: null,
    missingArtifacts: ['thermostat-3'],
    signatures: { have: [], need: 2 },
  },
);

/** Waits for the second signature of two. */
export const HALF_SIGNED = release(
  '3.2.6',
  {
    wayBack: '3.2.5',
    floor: '3.2.4',
    stagingSoak: '6h',
    notes:
      'The MQTT client backs off with full jitter after a refused connection.\n\nMends 0x45 behind mosquitto 2.0.18: the client of 3.2.5 reconnected without pause.',
  },
  { state: 'draft', createdAt: NINE - 5 * HOUR, publishedAt: null, signatures: { have: [ALICE], need: 2 } },
);

/** Published, and tested with a cell that failed. */
export const PUBLISHED = release(
  '3.2.5',
  { wayBack: '3.2.4', notes: 'New MQTT client.' },
  {
    deltas: [
      { hardware: 'thermostat-2', from: '3.2.4', state: 'made', size: 61_204 },
      {
        hardware: 'thermostat-3',
        from: '3.2.4',
        state: 'none',
        size: null,
        because: 'it would be larger than 80 % of the whole',
      },
    ],
  },
);

export const FIRST = release(
  '3.2.4',
  { notes: 'First of all.', raises: [] },
  { createdAt: NINE - 60 * DAY, publishedAt: NINE - 59 * DAY },
);

export const RELEASES: readonly ReleaseView[] = [LACKING, HALF_SIGNED, PUBLISHED, FIRST];

export function releaseFor(version: string | undefined): ReleaseView {
  return (
    RELEASES.find((one) => one.version === version) ?? { ...LACKING, version: version ?? LACKING.version }
  );
}

export function signingFor(version: string | undefined): SigningView {
  const { manifest, version: known } = releaseFor(version);
  const adds = manifest.artifacts.map(({ hardware, size, sha256 }) => ({
    target: targetPath(known, hardware),
    size,
    sha256,
  }));
  return { version: known, targetsVersion: 12, payload: '{"_type":"targets"}', adds };
}

export const ATTESTATIONS: readonly AttestationView[] = [
  {
    sha256: digest(7),
    release: '3.2.5',
    hardware: 'thermostat-2',
    tester: 'ci',
    at: NINE - 30 * HOUR,
    passed: 11,
    failed: 1,
    notRun: 2,
  },
  {
    sha256: digest(8),
    release: '3.2.5',
    hardware: 'thermostat-2',
    tester: 'lab Berlin',
    at: NINE - 40 * HOUR,
    passed: 4,
    failed: 0,
    notRun: 0,
  },
];

type Seen = readonly [dimension: string, value: string | null, share: number, cover: Cover];

const DEVICES = 12_000;
const BECAUSE: Readonly<Record<Cover, string>> = {
  passed: 'passed',
  failed: 'scenario broker-restart failed: the network stack died 40 s after the broker came back',
  untested: 'never tested',
  stale: 'tested 112 days ago, and results count for 90 days',
  short: 'it ran for 1 hours in staging, and 3 hours are wanted',
};
const FLEET: ReadonlyArray<readonly [string, string | null, number]> = [
  ['hardware', 'thermostat-2', 0.82],
  ['broker', 'mosquitto 2.0.15', 0.7],
  ['region', 'eu-north', 0.46],
  ['region', 'eu-west', 0.34],
  ['region', 'us-east', 0.2],
  ['hardware', 'thermostat-3', 0.18],
  ['broker', 'mosquitto 2.0.18', 0.15],
  ['broker', 'emqx 5.8', 0.112],
  ['broker', 'mosquitto 2.0.22', 0.0375],
  ['broker', null, 0.0005],
];
/** In the order of the fleet's values. */
const SEEN: Readonly<Record<string, string>> = {
  '3.2.7': 'UUUUUUUUUU',
  '3.2.6': 'PPPPSPPPUU',
  '3.2.5': 'PPPPPPFOUU',
  '3.2.4': 'PPPPPPPPPU',
};
const LETTERS: Readonly<Record<string, Cover>> = {
  P: 'passed',
  F: 'failed',
  U: 'untested',
  O: 'stale',
  S: 'short',
};

function seen(version: string): Seen[] {
  const letters = SEEN[version] ?? 'UUUUUUUUUU';
  return FLEET.map(([dimension, value, share], index) => [
    dimension,
    value,
    share,
    LETTERS[letters[index] ?? 'U'] ?? 'untested',
  ]);
}

function valueOf([dimension, value, share, cover]: Seen): ParityValueView {
  return {
    dimension,
    value,
    devices: Math.round(share * DEVICES),
    share,
    cover,
    testedAt: cover === 'untested' ? null : NINE - (cover === 'stale' ? 112 : 2) * DAY,
    soakSeconds: cover === 'untested' ? 0 : 10_800,
    because: BECAUSE[cover],
  };
}

export function parityFor(version = ''): ParityView {
  const values = seen(version).map(valueOf);
  const open = { release: version, at: NINE, devices: DEVICES, values, failed: [], because: [] };
  if (version === '3.2.4') return { ...open, verdict: 'open', uncovered: 0.0005 };
  const gaps = values.filter(({ cover }) => cover !== 'passed');
  const uncovered = Math.min(
    1,
    gaps.reduce((sum, { share }) => sum + share, 0),
  );
  const because = gaps
    .slice(0, 3)
    .map(
      ({ dimension, value, share, cover }) =>
        `${100 * share} % of the fleet has ${dimension} ${value ?? 'not reported'}, which is ${cover} with ${version}.`,
    );
  if (version !== '3.2.5') return { ...open, verdict: 'closed', uncovered, because };
  const cell = { broker: 'mosquitto 2.0.18', hardware: 'thermostat-2' };
  return {
    ...open,
    verdict: 'closed',
    uncovered: 0.3,
    because: [
      '15 % of the fleet runs mosquitto 2.0.18, where 3.2.5 failed its test.',
      '11.2 % of the fleet runs emqx 5.8, tested too long ago with 3.2.5.',
      '3.75 % of the fleet runs mosquitto 2.0.22, untested with 3.2.5.',
    ],
    failed: [{ cell, at: NINE - 30 * HOUR, because: BECAUSE.failed, devices: 1_476 }],
  };
}
