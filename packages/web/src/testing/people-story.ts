/** People, requests and notifications as the server would show them, for the scripted server. */
import type {
  AccountView,
  ApprovalView,
  ChannelView,
  GlassView,
  PersonView,
  RouteAnswer,
  SessionListView,
  TokenListView,
} from '@tuesday/protocol';
import { NINE, POLICY, ROLLOUT, soaking } from './story.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DIGEST = '9f2c4a7be1d05836c7a94d18be62f0a35c1b7e94d2068fa3b5c7d91e40f8a26b';

/** May do everything; has a passkey and an authenticator. */
export const BOB: AccountView = {
  name: 'bob',
  display: 'Bob Okafor',
  email: 'bob@example.com',
  organisation: 'Hearth Ltd',
  fleets: [
    { fleet: 'thermostats', name: 'Thermostats', roles: ['operator', 'approver', 'commander', 'admin'] },
  ],
  factors: ['passkey', 'totp', 'recovery'],
  via: 'session',
  passkeys: [
    { passkey: 'pk-1', label: 'Firefox on Android', createdAt: NINE - 30 * DAY, lastUsedAt: NINE - HOUR },
    { passkey: 'pk-2', label: 'Key in the safe', createdAt: NINE - 30 * DAY, lastUsedAt: null },
  ],
  hasPassword: true,
  recoveryCodesLeft: 9,
};

/** Looks only. */
export const VERA: AccountView = {
  ...BOB,
  name: 'vera',
  display: 'Vera Lind',
  email: null,
  fleets: [{ fleet: 'thermostats', name: 'Thermostats', roles: ['viewer'] }],
  factors: [],
  passkeys: [],
  hasPassword: true,
  recoveryCodesLeft: 0,
};

export const SESSIONS: SessionListView = {
  sessions: [
    {
      session: 's-1',
      current: true,
      createdAt: NINE - HOUR,
      lastSeenAt: NINE,
      expiresAt: NINE + 11 * HOUR,
      origin: '10.0.0.7',
      agent: 'Firefox 150 on Android',
      factor: 'passkey',
    },
    {
      session: 's-2',
      current: false,
      createdAt: NINE - 3 * DAY,
      lastSeenAt: NINE - 2 * DAY,
      expiresAt: NINE + HOUR,
      origin: '203.0.113.9',
      agent: 'Chrome 155 on Windows',
      factor: 'totp',
    },
  ],
};

export const TOKENS: TokenListView = {
  tokens: [
    {
      token: 't-1',
      label: 'build server',
      madeBy: 'bob',
      fleet: 'thermostats',
      roles: ['operator'],
      createdAt: NINE - 40 * DAY,
      expiresAt: NINE + 50 * DAY,
      lastUsedAt: NINE - 2 * HOUR,
    },
    {
      token: 't-2',
      label: 'operator token of the first run',
      madeBy: null,
      fleet: 'thermostats',
      roles: ['admin', 'operator'],
      createdAt: NINE - 90 * DAY,
      expiresAt: null,
      lastUsedAt: null,
    },
  ],
};

function person(name: string, display: string, more: Partial<PersonView> = {}): PersonView {
  return {
    name,
    display,
    email: `${name}@example.com`,
    state: 'active',
    roles: { thermostats: ['operator', 'approver'] },
    factors: ['passkey'],
    createdAt: NINE - 60 * DAY,
    ...more,
  };
}

export const PEOPLE: RouteAnswer<'listPeople'> = {
  people: [
    person('alice', 'Alice Weber', { factors: ['passkey', 'totp', 'recovery'] }),
    person('bob', 'Bob Okafor', { roles: { thermostats: ['operator', 'approver', 'commander', 'admin'] } }),
    person('carol', 'Carol Sanz', { roles: { thermostats: ['approver'] } }),
    person('dan', 'Dan Kim', {
      state: 'invited',
      factors: [],
      email: null,
      roles: { thermostats: ['support'] },
    }),
    person('erin', 'Erin Ward', { state: 'disabled', factors: [], roles: {} }),
  ],
};

/** Alice asks to start the rollout; Carol has consented, one more is needed. */
export function request(more: Partial<ApprovalView> = {}): ApprovalView {
  const { plan } = soaking();
  return {
    approval: 'a-41',
    subject: 'rollout',
    object: ROLLOUT,
    digest: DIGEST,
    covers: {
      release: { version: '3.2.5', sha256: 'c'.repeat(64) },
      plan,
      policy: { preset: 'golden-rule' },
    },
    words: [
      'Release 3.2.5 goes to 240 thermostats in three stages: 5 %, 20 %, 100 %.',
      'The first stage opens Tue 24 Nov 09:00 Europe/Berlin to 32 devices and soaks 24 hours.',
      'A gate that fails halts it; the signed way back is 3.2.4.',
    ],
    author: 'alice',
    because:
      'Fixes the critical heating bug of 3.2.4. QA tested it against brokers 2.0.15, 2.0.18 and 2.0.22.',
    state: 'open',
    needed: 2,
    consents: [{ by: 'carol', onBehalfOf: null, factor: 'passkey', at: NINE - HOUR, withdrawnAt: null }],
    createdAt: NINE - 2 * HOUR,
    expiresAt: NINE + 70 * HOUR,
    mayNot: null,
    purpose: `approve:${DIGEST}`,
    ...more,
  };
}

const FRIDAYS = {
  ...POLICY.policy,
  preset: 'chapter-plan',
  calendar: {
    ...POLICY.policy.calendar,
    lastStageWindows: [{ days: ['tuesday', 'wednesday', 'friday'], from: '09:00', to: '12:00' }],
  },
};

export const REQUESTS: readonly ApprovalView[] = [
  request(),
  request({
    approval: 'a-42',
    subject: 'policy',
    object: 'policy',
    author: 'bob',
    because: 'Friday mornings for the last stage, as the plan of the chapter wants it.',
    covers: {
      subject: 'policy',
      before: POLICY.policy,
      after: FRIDAYS,
      reasons: ['The last stage may open on more days.'],
    },
    words: ['The last stage of a plan may also open on Friday mornings.'],
    needed: 1,
    consents: [],
    mayNot: 'bob asked for this, and nobody consents to what they asked for.',
    digest: 'b'.repeat(64),
    purpose: `approve:${'b'.repeat(64)}`,
  }),
  request({
    approval: 'a-39',
    state: 'void',
    object: 'r-6fj1',
    because: 'Start the release before.',
    mayNot: 'The request is void.',
    consents: [],
  }),
];

export const DELEGATIONS: RouteAnswer<'listDelegations'> = {
  delegations: [
    { delegation: 'd-1', of: 'erin', to: 'bob', from: NINE - DAY, until: NINE + 2 * DAY, revokedAt: null },
  ],
};

/** Alice recalled alone; her review is open. */
export function glass(more: Partial<GlassView> = {}): GlassView {
  return {
    glass: 'g-7',
    act: 'recall',
    object: ROLLOUT,
    by: 'alice',
    because: '340 tickets of 0x45 since nine; the second approver is on a plane.',
    factor: 'passkey',
    at: NINE - 5 * HOUR,
    expiresAt: NINE - 3 * HOUR,
    usedAt: NINE - 5 * HOUR + 60_000,
    review: { dueAt: NINE + 67 * HOUR, overdue: false, closedAt: null, closedBy: null, finding: null },
    purpose: `break-glass:recall:${ROLLOUT}`,
    ...more,
  };
}

export const REVIEWED: GlassView = glass({
  glass: 'g-2',
  act: 'unhold',
  object: 'dev-000117',
  by: 'bob',
  because: 'A customer without heating, at night.',
  at: NINE - 20 * DAY,
  usedAt: NINE - 20 * DAY,
  expiresAt: NINE - 20 * DAY + 2 * HOUR,
  review: {
    dueAt: NINE - 17 * DAY,
    overdue: false,
    closedAt: NINE - 19 * DAY,
    closedBy: 'carol',
    finding: 'Right to act alone. Holds are looked through on Mondays from now on.',
  },
  purpose: 'break-glass:unhold:dev-000117',
});

export const CHANNELS: readonly ChannelView[] = [
  {
    channel: 'c-1',
    name: 'on-call',
    kinds: [],
    by: 'email',
    to: 'on-call@example.com',
    createdAt: NINE - 60 * DAY,
    lastDeliveredAt: NINE - HOUR,
    failure: null,
    waiting: 0,
  },
  {
    channel: 'c-2',
    name: 'pager',
    kinds: ['halted', 'halt-unacknowledged', 'glass-broken'],
    by: 'webhook',
    to: 'https://pager.example.com',
    createdAt: NINE - 60 * DAY,
    lastDeliveredAt: null,
    failure: { at: NINE - 2 * HOUR, because: 'pager.example.com answered 503', attempts: 4 },
    waiting: 2,
  },
];
