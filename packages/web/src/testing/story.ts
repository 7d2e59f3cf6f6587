/** Views of one rollout as the server would show them, for the scripted server of the browser test. */
import type {
  Evidence,
  FleetView,
  PolicyView,
  RolloutEvent,
  RolloutListView,
  RolloutView,
  StageView,
  StatusView,
  TrialHistoryView,
} from '@tuesday/protocol';

const HOUR = 3_600_000;
/** Tuesday, 09:00 in Berlin. */
export const NINE = Date.UTC(2026, 10, 24, 8, 0, 0);
export const ROLLOUT = 'r-7k2m';

const NONE: Evidence = {
  offered: 0,
  pending: 0,
  installed: 0,
  proven: 0,
  failed: 0,
  rolledBack: 0,
  silent: 0,
};
const gate = { maxBadShare: 0.05, minProvenShare: 0.9, minBadDevices: 3 };

function stage(index: number, share: number, soak: string, size: number): StageView {
  return {
    stage: index,
    plan: { share, soak, pace: '0s', gate },
    size,
    openedAt: null,
    soakEndsAt: null,
    passedAt: null,
    evidence: NONE,
    verdict: null,
    power: {
      sees: 0.11,
      because: `This stage of ${size} can see a defect that hits 11 % of the fleet or more with 95 % probability; 5 failing devices halt it.`,
    },
  };
}

const opened = { openedAt: NINE, soakEndsAt: NINE + 24 * HOUR };
const stages = [stage(0, 0.05, '24h', 32), stage(1, 0.2, '48h', 16), stage(2, 1, '24h', 187)];

function happened(seq: number, at: number, actor: string, event: RolloutEvent, because: string) {
  return { seq, at, actor, event, because };
}

const beginning = [
  happened(1, NINE - 2 * HOUR, 'alice', { kind: 'started' }, 'Started by alice.'),
  happened(
    2,
    NINE,
    'judge',
    { kind: 'stage-opened', stage: 0 },
    'Stage 1 (5 %) opens to 32 devices: the change window is open until Tue 24 Nov 12:00 Europe/Berlin.',
  ),
];

/** Stage 1 is open, and all is well so far. */
export function soaking(): RolloutView {
  const evidence = { ...NONE, offered: 32, pending: 12, installed: 20 };
  const because = 'Stage 1 (5 %) soaks until Wed 25 Nov 09:00 Europe/Berlin: 12 pending, 20 installed.';
  return {
    rollout: ROLLOUT,
    name: 'Thermostat 3.2.5',
    release: '3.2.5',
    wayBack: '3.2.4',
    plan: {
      name: 'Thermostat 3.2.5',
      release: '3.2.5',
      stages: stages.map(({ plan }) => plan),
      coverage: 8,
      holdOut: 0.02,
      metrics: [],
      silentAfter: '45m',
      probation: '4h',
      watch: '72h',
    },
    planDigest: 'a'.repeat(64),
    phase: 'soaking',
    stage: 0,
    paused: [],
    because,
    lookAgainAt: NINE + 24 * HOUR,
    now: NINE + HOUR,
    createdAt: NINE - 3 * HOUR,
    devices: 240,
    exposed: 20,
    harmed: 0,
    stages: stages.map((one, index) =>
      index === 0
        ? {
            ...one,
            ...opened,
            evidence,
            verdict: { kind: 'unknown', because: 'The soak is not over: 12 pending, 20 installed.' },
          }
        : one,
    ),
    control: { devices: 208, silent: 2 },
    trial: { evidence: -0.4, pauseAt: 1, haltAt: 2, lines: [], untestable: [], wrong: null },
    excluded: [],
    untested: 0,
    rehearsal: null,
    author: 'alice',
    approval: null,
    acknowledged: null,
    blame: [],
    events: beginning,
  };
}

/** A line of evidence against one broker version. */
function accused(evidence: number, events: number): RolloutView['trial']['lines'][number] {
  return {
    stage: 0,
    channel: 'trouble',
    attribute: 'broker',
    value: 'mosquitto 2.0.18',
    evidence,
    offered: { followed: 8, atRisk: 8 - events, events },
    control: { followed: 32, atRisk: 32, events: 0 },
  };
}

/** Quiet at first, then beyond both bounds. */
export const EVIDENCE: TrialHistoryView = {
  pauseAt: 1,
  haltAt: 2,
  points: [-0.4, -0.3, -0.5, -0.2, 0.1, 0.7, 1.2, 1.9, 2.4].map((evidence, index) => ({
    at: NINE + HOUR + index * 900_000,
    evidence,
  })),
  opened: [{ stage: 0, at: NINE }],
};

const REHEARSAL: RolloutView['rehearsal'] = {
  at: NINE,
  seed: 1,
  runs: 25,
  devices: 240,
  source: 'the 240 devices that have reported to this control plane',
  rows: [
    {
      fault: 'good',
      what: 'a good release, a fleet as noisy as this one',
      haltedInFirst: 0,
      haltedBeforeLast: 0,
      halted: 0,
      harmedMedian: 0,
      harmedP95: 0,
      exposedMedian: 235,
      medianHoursToHalt: null,
      named: null,
    },
    {
      fault: 'incident',
      what: 'devices with broker = mosquitto 2.0.18 fall silent 1 to 3 hours after the update',
      haltedInFirst: 1,
      haltedBeforeLast: 1,
      halted: 1,
      harmedMedian: 6,
      harmedP95: 8,
      exposedMedian: 32,
      medianHoursToHalt: 3.5,
      named: 0.92,
    },
  ],
};

/** Devices on one broker version roll back; the judge has not looked yet. */
export function worsening(): RolloutView {
  const before = soaking();
  const evidence = { ...NONE, offered: 32, pending: 2, installed: 22, failed: 1, rolledBack: 4, silent: 3 };
  const verdict = {
    kind: 'unknown' as const,
    because: 'The soak is not over: 2 pending, 22 installed, 1 failed, 4 rolled back, 3 silent.',
  };
  return {
    ...before,
    now: NINE + 3 * HOUR,
    because:
      'Stage 1 (5 %) soaks until Wed 25 Nov 09:00 Europe/Berlin: 2 pending, 22 installed, 1 failed, 4 rolled back, 3 silent.',
    exposed: 30,
    harmed: 8,
    trial: { ...before.trial, evidence: 0.7, lines: [accused(0.7, 3)] },
    stages: before.stages.map((one, index) => (index === 0 ? { ...one, evidence, verdict } : one)),
  };
}

/** @param actor who halted it */
export function halted(actor: string, because: string): RolloutView {
  const before = worsening();
  const now = NINE + 4 * HOUR;
  return {
    ...before,
    now,
    phase: 'halted',
    because,
    lookAgainAt: null,
    trial: { ...before.trial, evidence: 2.4, lines: [accused(2.4, 7)] },
    rehearsal: REHEARSAL,
    blame: [{ attribute: 'broker', value: 'mosquitto 2.0.18', offered: 8, bad: 7, certain: true }],
    stages: before.stages.map((one, index) =>
      index === 0
        ? {
            ...one,
            verdict: {
              kind: 'fail',
              because:
                '8 of 32 devices failed, rolled back or fell silent (25 %); of the control 2 of 208 are silent (1.0 %), and the bound is 5.0 %.',
            },
          }
        : one,
    ),
    events: [...beginning, happened(3, now, actor, { kind: 'halted' }, because)],
  };
}

export const JUDGED =
  'Stage 1 (5 %) failed its gate: 8 of 32 devices failed, rolled back or fell silent (25 %); of the control 2 of 208 are silent (1.0 %), and the bound is 5.0 %. 7 of the 8 run broker = mosquitto 2.0.18, where 7 of 8 went wrong; elsewhere 1 of 24.';

export const FLEET: FleetView = {
  devices: 240,
  versions: [
    { version: '3.2.4', devices: 210 },
    { version: '3.2.5', devices: 30 },
  ],
  environment: {
    broker: [
      { value: 'mosquitto 2.0.15', devices: 168 },
      { value: 'mosquitto 2.0.18', devices: 36 },
      { value: 'mosquitto 2.0.22', devices: 36 },
    ],
    hardware: [{ value: 'thermostat-2', devices: 240 }],
    region: [
      { value: 'eu-north', devices: 90 },
      { value: 'eu-west', devices: 82 },
      { value: 'us-east', devices: 60 },
    ],
  },
};

const CALENDAR: PolicyView['calendar'] = {
  zone: 'Europe/Berlin',
  windows: [{ days: ['tuesday', 'wednesday'], from: '09:00', to: '12:00' }],
  freezes: [
    { name: 'Thanksgiving', from: '2026-11-26', to: '2026-11-27', kind: 'holiday' },
    { name: 'Christmas trade', from: '2026-12-11T17:00', to: '2027-01-02', kind: 'freeze' },
  ],
};

export const POLICY: PolicyView = {
  policy: {
    preset: 'golden-rule',
    calendar: CALENDAR,
    holidays: null,
    deviceHours: null,
    watch: { required: true, firstHours: '4h', atGate: '1h', acknowledged: true, escalateAfter: '15m' },
    parity: { dimensions: [], maxUntested: 0.01, maxAge: '90d', soak: '0s', acceleratedSoak: false },
    approvals: { needed: 1, of: [], expireAfter: '72h' },
    codes: { pageAfter: 3, owner: 'erin', supportPage: true },
    breakGlass: { lasts: '2h', reviewWithin: '72h' },
  },
  calendar: CALENDAR,
};

export function statusAt(now: number): StatusView {
  return {
    product: 'tuesday',
    version: '0.1.0',
    now,
    clockRate: 360,
    trustInstalled: true,
    devices: 240,
    rollouts: 1,
  };
}

export function listed(view: RolloutView): RolloutListView {
  const { rollout, name, release, phase, stage, because, createdAt } = view;
  return {
    rollouts: [{ rollout, name, release, phase, stage, stages: view.stages.length, because, createdAt }],
  };
}
