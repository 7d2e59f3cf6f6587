/** The Friday evening as an incident: halted by itself, most devices back by themselves, two not yet. */
import type { IncidentLineView, IncidentView, PricesView, RouteAnswer } from '@tuesday/protocol';
import { glass } from './people-story.ts';
import { JUDGED, NINE, ROLLOUT } from './story.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const OPENED = NINE + 4 * HOUR;
/** As the scripted server's clock shows it. */
const NOW = NINE + HOUR;

const LINE: IncidentLineView = {
  incident: 'i-4f2a91c07be3',
  title: 'Thermostat 3.2.5 has halted',
  state: 'open',
  cause: 'halt',
  because: JUDGED,
  openedAt: OPENED - 4 * HOUR + 12 * MINUTE,
  closedAt: null,
  rollout: ROLLOUT,
  release: '3.2.5',
  code: null,
};

export const INCIDENTS: readonly IncidentLineView[] = [
  LINE,
  {
    ...LINE,
    incident: 'i-77b0c2d9e1aa',
    title: 'Boilers are cold',
    state: 'closed',
    cause: 'hand',
    because: 'Forty customers called about 0x52 since midnight.',
    openedAt: NINE - 200 * HOUR,
    closedAt: NINE - 180 * HOUR,
    rollout: null,
    release: null,
    code: '0x52',
  },
];

type Sum = IncidentView['cost']['soFar'];
type Amount = readonly [amount: number | null, from: string];

function sum(supposing: string, [support, visits, replacements, goodwill]: readonly Amount[]): Sum {
  const lines = (
    [
      ['support', support],
      ['visits', visits],
      ['replacements', replacements],
      ['cloud', [null, 'not known: devices do not say how often they reconnected']],
      ['goodwill', goodwill],
    ] as const
  ).map(([item, [amount, from] = [null, ''] as const]) => ({ item, amount, from }));
  const total = lines.reduce((all, { amount }) => all + (amount ?? 0), 0);
  return { currency: 'USD', total, supposing, lines };
}

const PRICED =
  "Nobody has set prices for this fleet, so these are the Friday incident's, as printed: the 13 % that need a technician are taken of the whole fleet (1,564 is 13 % of about 12,031).";

export const PRICES: PricesView = {
  prices: {
    currency: 'USD',
    perTicket: 25,
    perVisit: 150,
    replacementsPerVisit: 39.64,
    perMillionReconnects: 31.37,
    goodwillPerHarmed: 100,
    ticketsPerHarmed: 0.1889,
  },
  setBy: null,
  setAt: null,
  source: PRICED,
};

const at = (minutes: number) => LINE.openedAt + minutes * MINUTE;
const rollout = `/rollouts/${ROLLOUT}`;

export const INCIDENT: IncidentView = {
  ...LINE,
  openedBy: 'judge',
  mitigatedAt: null,
  closedBy: null,
  closingNote: null,
  now: NOW,
  rollout: { rollout: ROLLOUT, name: 'Thermostat 3.2.5', wayBack: '3.2.4', phase: 'halted', because: JUDGED },
  summary: {
    what: 'Thermostat 3.2.5 has halted: no device is offered 3.2.5 any more. The culprit is broker = mosquitto 2.0.18.',
    harmed: '8 of 32 devices that ran 3.2.5 went wrong. 2 of them fell silent.',
    healed: '6 of them are well again: 4 by themselves, 1 by rescue, 1 by relay.',
    next: `Send back 1 device that is in contact and not well: tuesday rollout recall ${ROLLOUT}. One person can do that.`,
  },
  harmed: { devices: 8, failed: 1, rolledBack: 5, silent: 2, excluded: 0, exposed: 32 },
  recovery: { itself: 4, recall: 0, rescue: 1, relay: 1, release: 0, waiting: 1, technician: 1 },
  blame: [{ attribute: 'broker', value: 'mosquitto 2.0.18', offered: 8, bad: 7, certain: true }],
  hypotheses: [
    {
      hypothesis: 'h-19c3',
      text: 'The new MQTT client dials again without a pause until the network stack dies.',
      by: 'sam',
      at: at(9),
      verdict: 'supported',
      because: 'A capture of th-0042 shows 1,100 dials a minute.',
      judgedBy: 'erin',
      judgedAt: at(22),
    },
    {
      hypothesis: 'h-2b77',
      text: 'Certificates of the brokers ran out overnight.',
      by: 'sam',
      at: at(4),
      verdict: 'open',
      because: null,
      judgedBy: null,
      judgedAt: null,
    },
  ],
  tickets: {
    count: 12,
    codes: [{ code: '0x45', tickets: 11 }],
    since: NINE,
    newest: [
      { ticket: 'Z-4711', code: '0x45', device: 'th-0042', customer: 'Ada Byrne', at: at(31) },
      { ticket: 'Z-4708', code: '0x45', device: null, customer: null, at: at(27) },
    ],
  },
  visits: 0,
  cost: {
    prices: PRICED,
    soFar: sum('Tickets that belong to it, visits that people recorded, and 8 devices that went wrong.', [
      [300, '12 tickets × 25 USD'],
      [0, '0 visits × 150 USD'],
      [0, '0 visits × 39.64 USD'],
      [800, '8 devices that went wrong × 100 USD'],
    ]),
    ifNothing: sum(
      'If nobody does anything: each of the 2 devices that are not well gets a visit, and 0.19 tickets come for each device that went wrong.',
      [
        [300, '12 tickets × 25 USD'],
        [300, '2 visits × 150 USD'],
        [79, '2 visits × 39.64 USD'],
        [800, '8 devices that went wrong × 100 USD'],
      ],
    ),
    wholeFleet: sum(
      'Had nothing stopped it: 8 of 32 devices that ran it went wrong, and of 240 that would be 60. Those that ran it may not be like the others.',
      [
        [300, '12 tickets × 25 USD'],
        [2_250, '15 visits × 150 USD'],
        [595, '15 visits × 39.64 USD'],
        [6_000, '60 devices that went wrong × 100 USD'],
      ],
    ),
  },
  glasses: [glass({ object: ROLLOUT })],
  timeline: [
    {
      at: NINE,
      kind: 'rollout',
      who: 'judge',
      what: 'Stage 1 opened',
      because: 'Stage 1 (5 %) opens to 32 devices: the change window is open until 12:00.',
      path: rollout,
    },
    {
      at: at(-6),
      kind: 'ticket',
      who: null,
      what: 'The first ticket',
      because: 'Ticket Z-4690 names 0x45.',
      path: '/codes/0x45',
    },
    {
      at: at(0),
      kind: 'rollout',
      who: 'judge',
      what: 'The rollout was halted',
      because: JUDGED,
      path: rollout,
    },
    {
      at: at(0),
      kind: 'notice',
      who: null,
      what: 'People were told: Thermostat 3.2.5 (3.2.5) has halted',
      because: '2 of 2 notice channels took it.',
      path: rollout,
    },
    {
      at: at(3),
      kind: 'watch',
      who: 'bob',
      what: 'Somebody is at it',
      because: 'bob has seen the halt and is at it',
      path: rollout,
    },
    {
      at: at(12),
      kind: 'note',
      who: 'sam',
      what: 'Note',
      because: 'Called the broker people: nothing changed on their side.',
      path: null,
    },
  ],
  timelineCut: false,
  texts: {
    customers:
      'Hello,\n\nSince Tuesday 09:12 Europe/Berlin some devices have not worked as they should because of our update 3.2.5. We have stopped it: no further device gets it.\n\nMost devices return to the version before by themselves.\n\nWe are sorry for the trouble.',
    support: 'Thermostat 3.2.5 has halted.\n\nCustomers may name: 0x45 (11 tickets).',
    management: 'Cost so far: 1,100 USD. If nothing more is done: 1,479 USD.',
    status:
      'Investigating, Tuesday 10:00 Europe/Berlin\n\nUpdate 3.2.5 makes some devices not work as they should.',
  },
  savedTexts: [],
};

export const INCIDENT_DEVICES: RouteAnswer<'listIncidentDevices'> = {
  devices: [
    {
      device: 'th-0042',
      hardware: 'thermostat-2',
      recovery: 'technician',
      because: 'not heard from for 45 minutes',
      version: '3.2.5',
      lastSeen: at(-20),
      environment: { broker: 'mosquitto 2.0.18', address: '12 Mill Lane' },
      customer: 'Ada Byrne',
    },
  ],
  next: null,
};

export const TEMPLATES: RouteAnswer<'viewTemplates'> = {
  templates: [
    {
      reader: 'customers',
      text: 'Hello,\n\nSince {since} some devices have not worked as they should.',
      version: 2,
      setBy: 'sam',
      setAt: at(-600),
    },
    { reader: 'support', text: '{title}\n\n{codes-words}', version: 0, setBy: null, setAt: null },
    { reader: 'management', text: 'Cost so far: {cost}.', version: 0, setBy: null, setAt: null },
    { reader: 'status', text: '{headline}, {at}', version: 0, setBy: null, setAt: null },
  ],
  placeholders: [
    { name: 'title', means: 'the title of the incident' },
    { name: 'since', means: 'when it began' },
    { name: 'at', means: 'when it ended, or now' },
    { name: 'headline', means: 'Investigating, Monitoring or Resolved' },
    { name: 'codes-words', means: 'which error codes customers may name' },
    { name: 'cost', means: 'what it has cost so far' },
  ],
};

export const REGISTER: RouteAnswer<'viewRegister'> = { entries: 238, unknown: 2, importedAt: at(-3_000) };
export const ADDRESSES: RouteAnswer<'listRegister'>['entries'] = [
  { device: 'th-0042', customer: 'Ada Byrne', address: '12 Mill Lane, Leeds', contact: '+44 113 496 0000' },
  { device: 'th-0043', customer: null, address: 'Main Street 3, Leeds', contact: null },
];
