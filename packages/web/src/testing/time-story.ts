/** Calendar, watch, risk and audit as the server would show them, for the scripted server. */
import type { AuditEntryView, PlanCalendarView, RiskView, RosterView, WatchView } from '@tuesday/protocol';
import { NINE, ROLLOUT } from './story.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const none = 'there is no change window on this day';
export const PLANNED: PlanCalendarView = {
  preset: 'golden-rule',
  zone: 'Europe/Berlin',
  start: NINE,
  stages: [
    {
      stage: 0,
      share: 0.05,
      opensAt: NINE,
      opens: 'Tue 24 Nov 09:00',
      soakEndsAt: NINE + DAY,
      readyAt: NINE,
      passedOver: [],
      because: 'The change window is open.',
    },
    {
      stage: 1,
      share: 0.2,
      opensAt: NINE + DAY,
      opens: 'Wed 25 Nov 09:00',
      soakEndsAt: NINE + 3 * DAY,
      readyAt: NINE + DAY,
      passedOver: [],
      because: 'Stage 1 has soaked 24h, and the change window is open.',
    },
    {
      stage: 2,
      share: 1,
      opensAt: NINE + 7 * DAY,
      opens: 'Tue 1 Dec 09:00',
      soakEndsAt: NINE + 8 * DAY,
      readyAt: NINE + 3 * DAY,
      passedOver: [
        { day: '2026-11-27', weekday: 'Friday', because: 'Friday is outside the window' },
        { day: '2026-11-28', weekday: 'Saturday', because: none },
        { day: '2026-11-29', weekday: 'Sunday', because: none },
        { day: '2026-11-30', weekday: 'Monday', because: none },
      ],
      because: 'Stage 2 has soaked 48h on Friday; the next change window is on Tuesday.',
    },
  ],
  finishedAt: NINE + 8 * DAY,
  summary:
    '5 % Tue 24 Nov 09:00, 20 % Wed 25 Nov 09:00, 100 % Tue 1 Dec 09:00, because Friday is outside the window.',
};

export const RISK: RiskView = {
  facts: [
    {
      what: 'Weekday',
      level: 'calm',
      because: 'It is Tuesday, 09:00 in Europe/Berlin, with three hours of window left.',
    },
    {
      what: 'Holidays',
      level: 'note',
      because: 'Thanksgiving is in two days; a fifth of the fleet is in the US.',
    },
    {
      what: 'Parity',
      level: 'high',
      because: 'mosquitto 2.0.18 runs on 15 % of the fleet and was never tested.',
    },
    { what: 'Open incidents', level: 'unknown', because: 'No help desk is connected.' },
  ],
  context: [
    {
      figure: '41 % of incidents followed Friday deployments, 8 % Tuesday deployments.',
      source: 'survey of 340 companies, 2023',
    },
  ],
};

export const ROSTER: RosterView = {
  roster: {
    zone: 'Europe/Berlin',
    rotations: [{ name: 'on-call', people: ['alice', 'bob'], from: '2026-11-24', days: 7, at: '09:00' }],
    overrides: [],
  },
  shifts: [
    { from: NINE, until: NINE + 3 * DAY, people: ['alice'] },
    { from: NINE + 3 * DAY, until: NINE + 5 * DAY, people: [] },
    { from: NINE + 5 * DAY, until: NINE + 7 * DAY, people: ['alice'] },
    { from: NINE + 7 * DAY, until: NINE + 14 * DAY, people: ['bob'] },
  ],
  now: { people: ['alice'], until: NINE + 3 * DAY },
};

export const WATCH: WatchView = {
  rollout: ROLLOUT,
  required: true,
  people: [
    { person: 'alice', acknowledgedAt: NINE - HOUR },
    { person: 'bob', acknowledgedAt: null },
  ],
  gaps: [{ from: NINE + 3 * DAY, until: NINE + 4 * DAY }],
  because: 'Stage 1 needs somebody until Tue 24 Nov 13:00 and at its gate on Wed 25 Nov 09:00.',
};

export function entry(seq: number, at: number, more: Partial<AuditEntryView>): AuditEntryView {
  return {
    seq,
    at,
    fleet: 'thermostats',
    actor: 'alice',
    person: 'alice',
    origin: '10.0.0.7',
    factor: null,
    verb: 'rollout.create',
    object: `rollout ${ROLLOUT}`,
    because: 'alice wrote the plan.',
    before: null,
    after: null,
    previous: String(seq - 1).padStart(64, '0'),
    hash: String(seq).padStart(64, '0'),
    ...more,
  };
}

export const LOG: readonly AuditEntryView[] = [
  entry(1, NINE - 40 * DAY, {
    actor: 'operator token of the first run',
    person: null,
    verb: 'trust.install',
    object: 'trust',
    because: 'The root of trust is installed.',
    fleet: null,
  }),
  entry(2, NINE - 3 * HOUR, { after: { name: 'Thermostat 3.2.5', stages: 3 } }),
  entry(3, NINE - 2 * HOUR, {
    verb: 'approval.request',
    object: 'approval a-41',
    because: 'Fixes the critical heating bug of 3.2.4.',
  }),
  entry(4, NINE - HOUR, {
    actor: 'carol',
    person: 'carol',
    origin: '198.51.100.4',
    factor: 'passkey',
    verb: 'approval.consent',
    object: 'approval a-41',
    because: 'carol consents to 9f2c4a7b…40f8a26b.',
    before: { have: 0, needed: 2 },
    after: { have: 1, needed: 2 },
  }),
  entry(5, NINE, {
    actor: 'judge',
    person: null,
    origin: 'engine',
    verb: 'rollout.stage-opened',
    because:
      'Stage 1 (5 %) opens to 32 devices: the change window is open until Tue 24 Nov 12:00 Europe/Berlin.',
    before: { phase: 'scheduled' },
    after: { phase: 'soaking', stage: 0 },
  }),
];
