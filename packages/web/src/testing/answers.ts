/** What the scripted server answers to each route, before a test says otherwise. */
import type { RouteAnswer, RouteName } from '@tuesday/protocol';
import {
  BOB,
  CHANNELS,
  DELEGATIONS,
  glass,
  PEOPLE,
  REQUESTS,
  request,
  SESSIONS,
  TOKENS,
} from './people-story.ts';
import { LOG, PLANNED, RISK, ROSTER, WATCH } from './time-story.ts';
import { EVIDENCE, NINE, POLICY, ROLLOUT } from './story.ts';
import { codesFor, DOCUMENTED, STUB } from './code-story.ts';
import { ATTESTATIONS, parityFor, releaseFor, RELEASES, signingFor } from './release-story.ts';
import {
  ADDRESSES,
  INCIDENT,
  INCIDENT_DEVICES,
  INCIDENTS,
  PRICES,
  REGISTER,
  TEMPLATES,
} from './incident-story.ts';
import { CAMPAIGN, CAMPAIGN_DEVICES, CAMPAIGNS, PREVIEW } from './recovery-story.ts';
import { DEVICE, STORY } from './device-story.ts';
import { devicesFor, FIELDS, HISTORY, historyOf, INVENTORY, SAVED } from './fleet-story.ts';

export interface AskedScript {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: unknown;
}
export type Script = { [N in RouteName]?: (asked: AskedScript) => RouteAnswer<N> };

const HOUR = 3_600_000;
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const totp = {
  secret: SECRET,
  url: `otpauth://totp/Tuesday:dan?secret=${SECRET}&issuer=Tuesday&algorithm=SHA1&digits=6&period=30`,
};
const codes = Array.from({ length: 10 }, (_, index) => `k${index}m4x-7pq2${index}-w9d3t`);
const done = { ok: true } as const;

/** Base64url without padding, of so many equal bytes. */
const bytes = (byte: number, length: number) => Buffer.alloc(length, byte).toString('base64url');

const asking = () => ({
  ceremony: 'ceremony-1',
  options: { challenge: bytes(7, 32), rpId: 'localhost', timeout: 60_000, userVerification: 'required' },
});
const making = () => ({
  ceremony: 'ceremony-2',
  options: {
    challenge: bytes(8, 32),
    rp: { id: 'localhost', name: 'Tuesday' },
    user: { id: bytes(9, 16), name: 'dan', displayName: 'Dan Kim' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    timeout: 60_000,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  },
});

function found(approval: string | undefined) {
  return REQUESTS.find((one) => one.approval === approval) ?? request();
}

export function answers(): Script {
  return {
    signInWays: () => ({ passkey: true, password: true, oidc: null }),
    beginPasskeySignIn: asking,
    stepUp: asking,
    beginPasskeyJoin: making,
    beginPasskeyAdd: making,
    totpForJoining: () => totp,
    beginTotp: () => totp,
    viewInvitation: () => ({
      name: 'dan',
      display: 'Dan Kim',
      organisation: 'Hearth Ltd',
      expiresAt: NINE + 48 * HOUR,
    }),
    join: () => ({ name: 'dan', recoveryCodes: codes }),
    viewAccount: () => BOB,
    addPasskey: () => BOB,
    removePasskey: () => BOB,
    setTotp: () => BOB,
    setPassword: () => BOB,
    newRecoveryCodes: () => ({ recoveryCodes: codes }),
    listSessions: () => SESSIONS,
    revokeSession: () => done,
    listTokens: () => TOKENS,
    createToken: () => ({ token: tokenMade(), secret: `tsp1.${'S'.repeat(43)}` }),
    revokeToken: () => done,
    listPeople: () => PEOPLE,
    listFleets: () => ({
      organisation: 'hearth',
      fleets: [{ fleet: 'thermostats', name: 'Thermostats', createdAt: NINE - 90 * 24 * HOUR }],
    }),
    invitePerson: () => ({
      person: { ...dan(), state: 'invited' },
      invitation: 'i'.repeat(43),
      path: `/join#invitation=${'i'.repeat(43)}`,
      expiresAt: NINE + 72 * HOUR,
    }),
    setRoles: () => dan(),
    disablePerson: () => ({ ...dan(), state: 'disabled' }),
    viewDevice: () => DEVICE,
    retryDevice: () => DEVICE,
    holdDevice: () => ({ ...DEVICE, held: true }),
    unholdDevice: () => DEVICE,
    viewTimeline: () => STORY,
    listDevices: ({ query }) => devicesFor(query),
    countDevices: ({ query }) =>
      query.get('filter')
        ? { devices: devicesFor(query).devices.length, more: false }
        : { devices: 10_000, more: true },
    viewFilterFields: () => FIELDS,
    listFilters: () => SAVED,
    saveFilter: () => SAVED,
    deleteFilter: () => ({ filters: SAVED.filters.slice(1) }),
    viewFleetHistory: () => HISTORY,
    viewInventory: () => INVENTORY,
    viewInventoryHistory: ({ params }) => historyOf(params['dimension'] ?? ''),
    listCodes: ({ query }) => codesFor(query),
    viewCode: ({ params }) => (params['code'] === STUB.code ? STUB : DOCUMENTED),
    documentCode: () => ({ ...STUB, state: 'written' }),
    listRecoveries: () => ({ recoveries: [...CAMPAIGNS] }),
    previewRecovery: () => PREVIEW,
    planRecovery: () => ({ ...CAMPAIGN, state: 'draft' }),
    viewRecovery: () => CAMPAIGN,
    listRecoveryDevices: ({ query }) => {
      const standing = query.get('standing');
      const devices = CAMPAIGN_DEVICES.filter((one) => standing === null || one.standing === standing);
      return { devices, next: null };
    },
    startRecovery: () => CAMPAIGN,
    stopRecovery: () => ({ ...CAMPAIGN, state: 'stopped' }),
    finishRecovery: () => ({ ...CAMPAIGN, state: 'finished' }),
    visitRecoveryDevice: () => CAMPAIGN,
    giveUpRecoveryDevice: () => CAMPAIGN,
    listIncidents: () => ({ incidents: [...INCIDENTS] }),
    openIncident: () => INCIDENT,
    viewIncident: () => INCIDENT,
    listIncidentDevices: () => INCIDENT_DEVICES,
    noteIncident: () => INCIDENT,
    addHypothesis: () => INCIDENT,
    judgeHypothesis: () => INCIDENT,
    recordVisits: () => INCIDENT,
    mitigateIncident: () => ({ ...INCIDENT, state: 'mitigated' }),
    closeIncident: () => ({ ...INCIDENT, state: 'closed' }),
    reopenIncident: () => INCIDENT,
    saveIncidentText: () => INCIDENT,
    viewTemplates: () => TEMPLATES,
    setTemplate: () => TEMPLATES,
    viewRegister: () => REGISTER,
    listRegister: () => ({ entries: [...ADDRESSES], next: null }),
    importRegister: () => ({ lines: 2, added: 2, changed: 0, deleted: 0, register: REGISTER }),
    deleteRegister: () => ({ deleted: 1, register: REGISTER }),
    viewPrices: () => PRICES,
    setPrices: () => PRICES,
    viewPolicy: () => POLICY,
    planCalendar: () => PLANNED,
    importFreezes: () => ({ imported: 3, skipped: ['“Team lunch” has no end.'] }),
    viewRoster: () => ROSTER,
    viewWatch: () => WATCH,
    acknowledgeWatch: () => WATCH,
    acknowledgeHalt: () => done,
    viewRisk: () => RISK,
    viewTrialHistory: () => EVIDENCE,
    requestApproval: () => request({ consents: [] }),
    listApprovals: () => ({ approvals: [...REQUESTS] }),
    viewApproval: ({ params }) => found(params['approval']),
    approve: ({ params }) => found(params['approval']),
    withdrawConsent: ({ params }) => ({ ...found(params['approval']), state: 'withdrawn' }),
    listDelegations: () => DELEGATIONS,
    delegate: () => DELEGATIONS,
    revokeDelegation: () => DELEGATIONS,
    listGlasses: () => ({ glasses: [] }),
    breakGlass: () => glass({ by: 'bob', at: NINE, expiresAt: NINE + 2 * HOUR, usedAt: null }),
    closeReview: () => glass(),
    listChannels: () => ({ channels: [...CHANNELS] }),
    addChannel: () => ({ channel: channelMade(), secret: null }),
    removeChannel: () => done,
    testChannel: () => ({ delivered: true, because: 'on-call@example.com took it after 0.2 s.' }),
    haltRollout: () => ({ rollout: ROLLOUT, halted: true, durable: true, because: 'Halted by bob.' }),
    listAudit: ({ query }) => {
      const [from, until] = [Number(query.get('from') ?? 0), Number(query.get('until') ?? Infinity)];
      const verb = query.get('verb');
      const fits = LOG.filter(
        (one) => one.at >= from && one.at < until && (verb === null || one.verb.startsWith(verb)),
      );
      return { entries: [...fits], next: null };
    },
    listReleases: () => ({ releases: [...RELEASES] }),
    viewRelease: ({ params }) => releaseFor(params['version']),
    createRelease: () => releaseFor('3.2.7'),
    uploadArtifact: ({ params }) => releaseFor(params['version']),
    viewSigning: ({ params }) => signingFor(params['version']),
    viewParity: ({ params }) => parityFor(params['version']),
    listAttestations: ({ params }) => ({
      attestations: ATTESTATIONS.filter(({ release }) => release === params['version']),
    }),
  };
}

function dan() {
  const one = PEOPLE.people.find(({ name }) => name === 'dan');
  if (!one) throw new Error('the story has no dan');
  return one;
}

function tokenMade() {
  const [one] = TOKENS.tokens;
  if (!one) throw new Error('the story has no token');
  return one;
}

function channelMade() {
  const [one] = CHANNELS;
  if (!one) throw new Error('the story has no channel');
  return one;
}
