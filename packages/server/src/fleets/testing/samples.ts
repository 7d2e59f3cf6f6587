/**
 * For every route of the table what somebody outside would send: the ids of another organisation wherever there is
 * a place for one. A route without a sample does not compile, and a sample that does not fit its route's schemas
 * fails the test.
 */
import type { Call, FactorProof, RouteName } from '@tuesday/protocol';
import { bytesOf, manifestOf, trustRequest } from '../../http/operator/testing/control-plane.ts';
import type { Belongings } from './organisations.ts';

export interface Outsider {
  readonly person: string;
  readonly fleet: string;
  readonly now: number;
  factor(): FactorProof;
}

interface Sample<N extends RouteName> {
  /** theirs: it names something of the other organisation, so it must be refused. own: it does not. */
  readonly about: 'theirs' | 'own';
  readonly calls: (a: Belongings, by: Outsider) => Call<N>[];
}

type Calls<N extends RouteName> = Sample<N>['calls'];
const theirs = <N extends RouteName>(calls: Calls<N>): Sample<N> => ({ about: 'theirs', calls });
const own = <N extends RouteName>(calls: Calls<N> = () => [{}]): Sample<N> => ({ about: 'own', calls });

const because = 'an outsider asks';
const act = { body: { because } };
const password = 'correct horse battery staple';
const invitation = 'x'.repeat(43);
const digest = 'a'.repeat(64);
const sig = 'b'.repeat(128);
const rollout = (a: Belongings) => ({ params: { rollout: a.rollout } });
const incident = (a: Belongings) => ({ params: { incident: a.incident } });
const recovery = (a: Belongings) => ({ params: { recovery: a.recovery } });
const recoveryDevice = (a: Belongings) => [{ params: { recovery: a.recovery, device: a.device }, ...act }];
const campaigns = (a: Belongings) => [
  { incident: a.incident, release: '3.2.5' },
  { devices: [a.device], release: '3.2.5' },
  { filter: `id==${a.device}`, release: a.version },
];
const prices = {
  currency: 'EUR',
  perTicket: 1,
  perVisit: 1,
  replacementsPerVisit: 1,
  perMillionReconnects: 1,
  goodwillPerHarmed: 1,
  ticketsPerHarmed: 1,
};
const actOn = (a: Belongings) => [{ ...rollout(a), ...act }];
const person = (a: Belongings) => [a.person, a.invited].map((name) => ({ params: { person: name }, ...act }));
const device = (a: Belongings) => [{ params: { device: a.device }, ...act }];
const plan = (release: string) => ({ name: 'p', release, stages: [{ share: 1, soak: '24h' }] });
const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//x//EN', 'END:VCALENDAR', ''].join('\r\n');
const answered = { ceremony: 'theirs', response: {} };
const week = 7 * 86_400_000;

export const SAMPLES: { readonly [N in RouteName]: Sample<N> } = {
  status: own(),
  signIn: theirs((a) => [{ body: { token: a.token } }]),
  signOut: own(),
  signInWays: own(),
  beginPasskeySignIn: own(),
  passkeySignIn: theirs((a) => [{ body: { ...answered, response: { id: a.passkey } } }]),
  passwordSignIn: theirs((a) => [{ body: { name: a.person, password } }]),
  beginOidcSignIn: theirs(() => [{}]),
  finishOidcSignIn: theirs(() => [{ query: { state: 'x'.repeat(43), code: 'x' } }]),
  viewInvitation: theirs(() => [{ body: { invitation } }]),
  beginPasskeyJoin: theirs(() => [{ body: { invitation } }]),
  totpForJoining: theirs(() => [{ body: { invitation } }]),
  join: theirs(() => [{ body: { invitation, password, totp: { secret: 'A'.repeat(32), code: '000000' } } }]),
  viewAccount: own(),
  stepUp: own((a) => [{ body: { purpose: `recall:${a.rollout}` } }]),
  beginPasskeyAdd: own(),
  addPasskey: theirs((a) => [{ body: { ...answered, response: { id: a.passkey }, label: 'mine' } }]),
  removePasskey: theirs((a, by) => [{ params: { passkey: a.passkey }, body: { factor: by.factor() } }]),
  beginTotp: own(),
  setTotp: own((_, by) => [{ body: { secret: 'A'.repeat(32), code: '000000', factor: by.factor() } }]),
  setPassword: own((_, by) => [{ body: { password, factor: by.factor() } }]),
  newRecoveryCodes: own((_, by) => [{ body: { factor: by.factor() } }]),
  listSessions: own(),
  revokeSession: theirs((a) => [{ params: { session: a.session } }]),

  listOrganisations: theirs(() => [{}]),
  createOrganisation: theirs((a) => [
    { body: { organisation: a.organisation, name: 'x', fleet: 'x', admin: { name: 'x', display: 'x' } } },
    { body: { organisation: 'x', name: 'x', fleet: a.fleet, admin: { name: a.person, display: 'x' } } },
  ]),
  listFleets: own(),
  createFleet: theirs((a) => [{ body: { fleet: a.fleet, name: 'mine' } }]),
  listPeople: own(),
  invitePerson: theirs((a) => [
    { body: { name: a.person, display: 'x', roles: {} } },
    { body: { name: 'a-friend', display: 'x', roles: { [a.fleet]: ['admin'] } } },
  ]),
  inviteAgain: theirs(person),
  setRoles: theirs((a, by) => [
    { params: { person: a.person }, body: { roles: { [by.fleet]: ['viewer'] }, because } },
    { params: { person: a.person }, body: { roles: {}, because } },
    { params: { person: by.person }, body: { roles: { [a.fleet]: ['admin'] }, because } },
  ]),
  disablePerson: theirs(person),
  enablePerson: theirs(person),
  listTokens: own(),
  createToken: theirs((a) => [{ body: { label: 'x', roles: ['viewer'], fleet: a.fleet } }]),
  revokeToken: theirs((a) => [{ params: { token: a.token } }]),

  trust: own(),
  installTrust: own((_, by) => [{ body: trustRequest(by.now).request }]),
  listReleases: own(),
  createRelease: own(() => [{ body: manifestOf('8.0.0', { wayBack: '3.2.5' }) }]),
  viewRelease: theirs((a) => [{ params: { version: a.version } }]),
  uploadArtifact: theirs((a) => [
    { params: { version: a.version, hardware: 'th-2' }, body: bytesOf(a.version) },
  ]),
  viewSigning: theirs((a) => [{ params: { version: a.version } }]),
  addSignature: theirs((a) => [
    { params: { version: a.version }, body: { keyid: digest, sig, targetsVersion: 4 } },
  ]),

  viewInventory: own(),
  viewInventoryHistory: theirs(() => [{ params: { dimension: 'broker' } }]),
  viewParity: theirs((a) => [{ params: { version: a.version } }]),
  attest: theirs((a) => [
    {
      params: { version: a.version },
      body: {
        payloadType: 'application/vnd.in-toto+json',
        payload: 'e30=',
        signatures: [{ keyid: digest, sig: 'AA==' }],
      },
    },
  ]),
  listAttestations: theirs((a) => [{ params: { version: a.version } }]),
  viewAttestation: theirs((a) => [{ params: { version: a.version, digest } }]),
  listTesters: own(),
  addTester: own(() => [{ body: { name: 'ci', publicKey: digest } }]),
  revokeTester: theirs(() => [{ params: { name: 'their-ci' }, ...act }]),

  viewFleet: own(),
  viewComposition: own(),
  viewFleetHistory: own(),
  watchFleet: own(),
  countDevices: own((a) => [{}, { query: { filter: `id==${a.device}` } }]),
  viewFilterFields: own(),
  listFilters: own(),
  saveFilter: own(() => [{ body: { name: 'mine', filter: 'healthy==false' } }]),
  deleteFilter: theirs(() => [{ params: { name: 'their-filter' } }]),
  createFleetKey: own(() => [act]),
  listDevices: own((a) => [
    {},
    { query: { filter: `id==${a.device}` } },
    { query: { version: '3.2.4' } },
    { query: { after: a.device.slice(0, -1) } },
  ]),
  viewDevice: theirs((a) => [{ params: { device: a.device } }]),
  viewTimeline: theirs((a) => [{ params: { device: a.device } }]),
  holdDevice: theirs(device),
  unholdDevice: theirs(device),
  retryDevice: theirs((a) => [{ params: { device: a.device }, body: { because, release: '1.0.0' } }]),
  listCodes: own(() => [{}, { query: { state: 'written' } }, { query: { search: '0x5' } }]),
  viewCode: theirs((a) => [{ params: { code: a.code } }]),
  documentCode: theirs((a) => [
    { params: { code: a.code }, body: { title: 'mine', meaning: 'mine', because } },
  ]),
  viewSupportCode: theirs((a) => [
    { params: { code: a.code } },
    { params: { code: a.code }, query: { lang: 'de' } },
  ]),
  addTickets: theirs((a) => [{ body: { tickets: [{ ticket: 't-1', code: '0x45', device: a.device }] } }]),
  listTickets: own(),
  importTickets: theirs((a) => [
    { query: {}, body: Buffer.from(`ticket,code,device\n1,0x45,${a.device}\n`) },
  ]),
  listTicketHooks: own(),
  addTicketHook: own(() => [{ body: { name: 'mine', desk: 'zendesk' } }]),
  setTicketHookSecret: theirs((a) => [{ params: { hook: a.hook }, body: { secret: 'x'.repeat(32) } }]),
  removeTicketHook: theirs((a) => [{ params: { hook: a.hook } }]),
  receiveTicket: theirs((a) => [
    { params: { hook: a.hook }, body: JSON.stringify({ ticket: '1', subject: '0x45' }) },
  ]),

  viewPolicy: own(),
  setPolicy: own(() => [{ body: { policy: { calendar: { zone: 'UTC', windows: [] } }, because } }]),
  planCalendar: own((a) => [{ body: { plan: plan(a.version) } }]),
  exportCalendar: own(),
  importFreezes: own(() => [{ body: { ics, because } }]),
  viewRoster: own(),
  setRoster: own((a) => [
    {
      body: {
        roster: { zone: 'UTC', rotations: [{ name: 'n', people: [a.person], from: '2026-11-23' }] },
        because,
      },
    },
  ]),
  importRoster: own(() => [{ body: { ics, because } }]),
  viewWatch: theirs((a) => [rollout(a)]),
  acknowledgeWatch: theirs((a) => [rollout(a)]),
  acknowledgeHalt: theirs(actOn),
  viewRisk: theirs((a) => [rollout(a)]),

  checkPlan: theirs((a) => [{ body: plan(a.version) }]),
  listRollouts: own(),
  createRollout: theirs((a) => [{ body: plan(a.version) }]),
  viewRollout: theirs((a) => [rollout(a)]),
  viewTrialHistory: theirs((a) => [rollout(a)]),
  watchRollout: theirs((a) => [rollout(a)]),
  startRollout: theirs(actOn),
  pauseRollout: theirs(actOn),
  resumeRollout: theirs(actOn),
  haltRollout: theirs(actOn),
  recallRollout: theirs(actOn),
  cancelRollout: theirs(actOn),
  excludeSlice: theirs((a) => [{ ...rollout(a), body: { attribute: 'broker', value: 'x', because } }]),
  attachRehearsal: theirs((a) => [
    { ...rollout(a), body: { at: 0, seed: 1, runs: 1, devices: 1, source: 's', rows: [] } },
  ]),

  requestApproval: theirs(actOn),
  listApprovals: own(),
  viewApproval: theirs((a) => [{ params: { approval: a.approval } }]),
  approve: theirs((a, by) => [
    { params: { approval: a.approval }, body: { digest, factor: by.factor() } },
    { params: { approval: a.approval }, body: { digest, factor: by.factor(), onBehalfOf: a.person } },
  ]),
  withdrawConsent: theirs((a) => [{ params: { approval: a.approval }, ...act }]),
  listDelegations: own(),
  delegate: theirs((a, by) => [{ body: { to: a.person, from: by.now, until: by.now + week } }]),
  revokeDelegation: theirs((a) => [{ params: { delegation: a.delegation } }]),
  breakGlass: theirs((a, by) => [
    { body: { act: 'recall', object: a.rollout, because, factor: by.factor() } },
    { body: { act: 'window', object: a.rollout, because, factor: by.factor() } },
    { body: { act: 'unhold', object: a.device, because, factor: by.factor() } },
  ]),
  listGlasses: own(),
  closeReview: theirs((a) => [{ params: { glass: a.glass }, body: { finding: 'nothing' } }]),

  listChannels: own(),
  addChannel: own(() => [{ body: { name: 'mine', to: { by: 'email', addresses: ['b@example.com'] } } }]),
  receiveHook: theirs((a) => [
    {
      params: { channel: a.channel },
      body: JSON.stringify({ type: 'halt.acknowledged', rollout: a.rollout }),
    },
  ]),
  removeChannel: theirs((a) => [{ params: { channel: a.channel } }]),
  testChannel: theirs((a) => [{ params: { channel: a.channel } }]),

  listIncidents: own(() => [{}, { query: { state: 'open' } }]),
  openIncident: theirs((a) => [{ body: { title: 'mine', rollout: a.rollout, because } }]),
  viewIncident: theirs((a) => [incident(a)]),
  listIncidentDevices: theirs((a) => [incident(a), { ...incident(a), query: { recovery: 'waiting' } }]),
  listTechnicians: theirs((a) => [incident(a)]),
  noteIncident: theirs((a) => [{ ...incident(a), body: { text: because } }]),
  addHypothesis: theirs((a) => [{ ...incident(a), body: { text: because } }]),
  judgeHypothesis: theirs((a) => [
    { params: { incident: a.incident, hypothesis: a.hypothesis }, body: { verdict: 'ruled-out', because } },
  ]),
  recordVisits: theirs((a) => [{ ...incident(a), body: { visits: 3, because } }]),
  mitigateIncident: theirs((a) => [{ ...incident(a), ...act }]),
  closeIncident: theirs((a) => [{ ...incident(a), body: { note: because } }]),
  reopenIncident: theirs((a) => [{ ...incident(a), ...act }]),
  reportIncident: theirs((a) => [incident(a), { ...incident(a), query: { format: 'pdf' } }]),
  saveIncidentText: theirs((a) => [
    { params: { incident: a.incident, reader: 'customers' }, body: { text: because, version: 0 } },
  ]),
  viewTemplates: own(),
  setTemplate: own(() => [{ body: { reader: 'status', text: 'mine', version: 0, because } }]),
  viewPrices: own(),
  setPrices: own(() => [{ body: { prices, because } }]),

  listRecoveries: own(),
  previewRecovery: theirs((a) => campaigns(a).map((body) => ({ body }))),
  planRecovery: theirs((a) => campaigns(a).map((body) => ({ body: { ...body, title: 'mine', because } }))),
  viewRecovery: theirs((a) => [recovery(a)]),
  listRecoveryDevices: theirs((a) => [recovery(a), { ...recovery(a), query: { standing: 'waiting' } }]),
  listRecoveryTechnicians: theirs((a) => [recovery(a)]),
  startRecovery: theirs((a) => [{ ...recovery(a), ...act }]),
  stopRecovery: theirs((a) => [{ ...recovery(a), ...act }]),
  finishRecovery: theirs((a) => [{ ...recovery(a), ...act }]),
  visitRecoveryDevice: theirs(recoveryDevice),
  giveUpRecoveryDevice: theirs(recoveryDevice),
  viewRegister: own(),
  listRegister: own((a) => [{}, { query: { after: a.device, limit: 1_000 } }]),
  importRegister: own((a) => [
    { query: { because }, body: Buffer.from(`device,address\n${a.device},12 Mill Lane\n`) },
  ]),
  deleteRegister: own((a) => [
    { body: { devices: [a.device], because } },
    { body: { devices: null, because } },
  ]),

  listAudit: own((a) => [
    {},
    { query: { limit: 1_000 } },
    { query: { actor: a.person } },
    { query: { object: a.rollout } },
  ]),
  exportAudit: own(),
  viewAuditKey: own(),
};
