/** Method and path of every route that the console calls: literals that the protocol's route table checks. */
import type { routes } from '@tuesday/protocol';

export type Known =
  | 'status'
  | 'signIn'
  | 'signOut'
  | 'signInWays'
  | 'beginPasskeySignIn'
  | 'passkeySignIn'
  | 'passwordSignIn'
  | 'viewInvitation'
  | 'beginPasskeyJoin'
  | 'totpForJoining'
  | 'join'
  | 'viewAccount'
  | 'stepUp'
  | 'beginPasskeyAdd'
  | 'addPasskey'
  | 'removePasskey'
  | 'beginTotp'
  | 'setTotp'
  | 'setPassword'
  | 'newRecoveryCodes'
  | 'listSessions'
  | 'revokeSession'
  | 'listTokens'
  | 'createToken'
  | 'revokeToken'
  | 'listPeople'
  | 'invitePerson'
  | 'inviteAgain'
  | 'setRoles'
  | 'disablePerson'
  | 'enablePerson'
  | 'listFleets'
  | 'viewFleet'
  | 'viewDevice'
  | 'retryDevice'
  | 'holdDevice'
  | 'unholdDevice'
  | 'viewTimeline'
  | 'listDevices'
  | 'countDevices'
  | 'viewFilterFields'
  | 'listFilters'
  | 'saveFilter'
  | 'deleteFilter'
  | 'viewFleetHistory'
  | 'viewInventory'
  | 'viewInventoryHistory'
  | 'listCodes'
  | 'viewCode'
  | 'documentCode'
  | 'viewPolicy'
  | 'planCalendar'
  | 'importFreezes'
  | 'viewRoster'
  | 'importRoster'
  | 'viewWatch'
  | 'acknowledgeWatch'
  | 'acknowledgeHalt'
  | 'viewRisk'
  | 'listRollouts'
  | 'viewRollout'
  | 'watchFleet'
  | 'watchRollout'
  | 'startRollout'
  | 'pauseRollout'
  | 'resumeRollout'
  | 'haltRollout'
  | 'recallRollout'
  | 'requestApproval'
  | 'listApprovals'
  | 'viewApproval'
  | 'approve'
  | 'withdrawConsent'
  | 'listDelegations'
  | 'delegate'
  | 'revokeDelegation'
  | 'breakGlass'
  | 'listGlasses'
  | 'closeReview'
  | 'listChannels'
  | 'addChannel'
  | 'removeChannel'
  | 'testChannel'
  | 'listAudit'
  | 'listReleases'
  | 'viewParity'
  | 'viewComposition'
  | 'checkPlan'
  | 'createRollout'
  | 'attachRehearsal'
  | 'excludeSlice'
  | 'cancelRollout'
  | 'viewTrialHistory'
  | 'listRecoveries'
  | 'previewRecovery'
  | 'planRecovery'
  | 'viewRecovery'
  | 'listRecoveryDevices'
  | 'listRecoveryTechnicians'
  | 'startRecovery'
  | 'stopRecovery'
  | 'finishRecovery'
  | 'visitRecoveryDevice'
  | 'giveUpRecoveryDevice'
  | 'listIncidents'
  | 'openIncident'
  | 'viewIncident'
  | 'listIncidentDevices'
  | 'listTechnicians'
  | 'noteIncident'
  | 'addHypothesis'
  | 'judgeHypothesis'
  | 'recordVisits'
  | 'mitigateIncident'
  | 'closeIncident'
  | 'reopenIncident'
  | 'reportIncident'
  | 'saveIncidentText'
  | 'viewTemplates'
  | 'setTemplate'
  | 'viewRegister'
  | 'listRegister'
  | 'importRegister'
  | 'deleteRegister'
  | 'viewPrices'
  | 'setPrices'
  | 'createRelease'
  | 'viewRelease'
  | 'uploadArtifact'
  | 'viewSigning'
  | 'listAttestations';

type Table = { readonly [N in Known]: readonly [(typeof routes)[N]['method'], (typeof routes)[N]['path']] };

/** A route that moves does not compile; the schemas themselves stay out of the bundle. */
export const TABLE: Table = {
  status: ['GET', '/v1/status'],
  signIn: ['POST', '/v1/session'],
  signOut: ['DELETE', '/v1/session'],
  signInWays: ['GET', '/v1/sign-in'],
  beginPasskeySignIn: ['POST', '/v1/sign-in/passkey/begin'],
  passkeySignIn: ['POST', '/v1/sign-in/passkey'],
  passwordSignIn: ['POST', '/v1/sign-in/password'],
  viewInvitation: ['POST', '/v1/join/view'],
  beginPasskeyJoin: ['POST', '/v1/join/passkey/begin'],
  totpForJoining: ['POST', '/v1/join/totp'],
  join: ['POST', '/v1/join'],
  viewAccount: ['GET', '/v1/account'],
  stepUp: ['POST', '/v1/step-up'],
  beginPasskeyAdd: ['POST', '/v1/account/passkeys/begin'],
  addPasskey: ['POST', '/v1/account/passkeys'],
  removePasskey: ['POST', '/v1/account/passkeys/:passkey/remove'],
  beginTotp: ['POST', '/v1/account/totp/begin'],
  setTotp: ['POST', '/v1/account/totp'],
  setPassword: ['POST', '/v1/account/password'],
  newRecoveryCodes: ['POST', '/v1/account/recovery-codes'],
  listSessions: ['GET', '/v1/account/sessions'],
  revokeSession: ['DELETE', '/v1/account/sessions/:session'],
  listTokens: ['GET', '/v1/tokens'],
  createToken: ['POST', '/v1/tokens'],
  revokeToken: ['DELETE', '/v1/tokens/:token'],
  listPeople: ['GET', '/v1/people'],
  invitePerson: ['POST', '/v1/people'],
  inviteAgain: ['POST', '/v1/people/:person/invite'],
  setRoles: ['PUT', '/v1/people/:person/roles'],
  disablePerson: ['POST', '/v1/people/:person/disable'],
  enablePerson: ['POST', '/v1/people/:person/enable'],
  listFleets: ['GET', '/v1/fleets'],
  viewFleet: ['GET', '/v1/fleet'],
  viewDevice: ['GET', '/v1/devices/:device'],
  retryDevice: ['POST', '/v1/devices/:device/retry'],
  holdDevice: ['POST', '/v1/devices/:device/hold'],
  unholdDevice: ['POST', '/v1/devices/:device/unhold'],
  viewTimeline: ['GET', '/v1/devices/:device/timeline'],
  listDevices: ['GET', '/v1/devices'],
  countDevices: ['GET', '/v1/fleet/count'],
  viewFilterFields: ['GET', '/v1/fleet/fields'],
  listFilters: ['GET', '/v1/filters'],
  saveFilter: ['POST', '/v1/filters'],
  deleteFilter: ['DELETE', '/v1/filters/:name'],
  viewFleetHistory: ['GET', '/v1/fleet/history'],
  viewInventory: ['GET', '/v1/inventory'],
  viewInventoryHistory: ['GET', '/v1/inventory/:dimension/history'],
  listCodes: ['GET', '/v1/codes'],
  viewCode: ['GET', '/v1/codes/:code'],
  documentCode: ['PUT', '/v1/codes/:code'],
  viewPolicy: ['GET', '/v1/policy'],
  planCalendar: ['POST', '/v1/plans/calendar'],
  importFreezes: ['POST', '/v1/calendar/freezes'],
  viewRoster: ['GET', '/v1/watch'],
  importRoster: ['POST', '/v1/watch/import'],
  viewWatch: ['GET', '/v1/rollouts/:rollout/watch'],
  acknowledgeWatch: ['POST', '/v1/rollouts/:rollout/watch'],
  acknowledgeHalt: ['POST', '/v1/rollouts/:rollout/acknowledge'],
  viewRisk: ['GET', '/v1/rollouts/:rollout/risk'],
  listRollouts: ['GET', '/v1/rollouts'],
  viewRollout: ['GET', '/v1/rollouts/:rollout'],
  watchFleet: ['GET', '/v1/fleet/live'],
  watchRollout: ['GET', '/v1/rollouts/:rollout/live'],
  startRollout: ['POST', '/v1/rollouts/:rollout/start'],
  pauseRollout: ['POST', '/v1/rollouts/:rollout/pause'],
  resumeRollout: ['POST', '/v1/rollouts/:rollout/resume'],
  haltRollout: ['POST', '/v1/rollouts/:rollout/halt'],
  recallRollout: ['POST', '/v1/rollouts/:rollout/recall'],
  requestApproval: ['POST', '/v1/rollouts/:rollout/approval'],
  listApprovals: ['GET', '/v1/approvals'],
  viewApproval: ['GET', '/v1/approvals/:approval'],
  approve: ['POST', '/v1/approvals/:approval/approve'],
  withdrawConsent: ['POST', '/v1/approvals/:approval/withdraw'],
  listDelegations: ['GET', '/v1/delegations'],
  delegate: ['POST', '/v1/delegations'],
  revokeDelegation: ['DELETE', '/v1/delegations/:delegation'],
  breakGlass: ['POST', '/v1/break-glass'],
  listGlasses: ['GET', '/v1/break-glass'],
  closeReview: ['POST', '/v1/break-glass/:glass/review'],
  listChannels: ['GET', '/v1/notifications'],
  addChannel: ['POST', '/v1/notifications'],
  removeChannel: ['DELETE', '/v1/notifications/:channel'],
  testChannel: ['POST', '/v1/notifications/:channel/test'],
  listRecoveries: ['GET', '/v1/recoveries'],
  previewRecovery: ['POST', '/v1/recoveries/preview'],
  planRecovery: ['POST', '/v1/recoveries'],
  viewRecovery: ['GET', '/v1/recoveries/:recovery'],
  listRecoveryDevices: ['GET', '/v1/recoveries/:recovery/devices'],
  listRecoveryTechnicians: ['GET', '/v1/recoveries/:recovery/technicians'],
  startRecovery: ['POST', '/v1/recoveries/:recovery/start'],
  stopRecovery: ['POST', '/v1/recoveries/:recovery/stop'],
  finishRecovery: ['POST', '/v1/recoveries/:recovery/finish'],
  visitRecoveryDevice: ['POST', '/v1/recoveries/:recovery/devices/:device/visit'],
  giveUpRecoveryDevice: ['POST', '/v1/recoveries/:recovery/devices/:device/give-up'],
  listIncidents: ['GET', '/v1/incidents'],
  openIncident: ['POST', '/v1/incidents'],
  viewIncident: ['GET', '/v1/incidents/:incident'],
  listIncidentDevices: ['GET', '/v1/incidents/:incident/devices'],
  listTechnicians: ['GET', '/v1/incidents/:incident/technicians'],
  noteIncident: ['POST', '/v1/incidents/:incident/notes'],
  addHypothesis: ['POST', '/v1/incidents/:incident/hypotheses'],
  judgeHypothesis: ['POST', '/v1/incidents/:incident/hypotheses/:hypothesis'],
  recordVisits: ['PUT', '/v1/incidents/:incident/visits'],
  mitigateIncident: ['POST', '/v1/incidents/:incident/mitigate'],
  closeIncident: ['POST', '/v1/incidents/:incident/close'],
  reopenIncident: ['POST', '/v1/incidents/:incident/reopen'],
  reportIncident: ['GET', '/v1/incidents/:incident/report'],
  saveIncidentText: ['PUT', '/v1/incidents/:incident/texts/:reader'],
  viewTemplates: ['GET', '/v1/incident-templates'],
  setTemplate: ['PUT', '/v1/incident-templates'],
  viewRegister: ['GET', '/v1/register'],
  listRegister: ['GET', '/v1/register/entries'],
  importRegister: ['POST', '/v1/register/import'],
  deleteRegister: ['POST', '/v1/register/delete'],
  viewPrices: ['GET', '/v1/prices'],
  setPrices: ['PUT', '/v1/prices'],
  listAudit: ['GET', '/v1/audit'],
  listReleases: ['GET', '/v1/releases'],
  viewParity: ['GET', '/v1/releases/:version/parity'],
  viewComposition: ['GET', '/v1/fleet/composition'],
  checkPlan: ['POST', '/v1/plans/check'],
  createRollout: ['POST', '/v1/rollouts'],
  excludeSlice: ['POST', '/v1/rollouts/:rollout/exclude'],
  viewTrialHistory: ['GET', '/v1/rollouts/:rollout/trial'],
  cancelRollout: ['POST', '/v1/rollouts/:rollout/cancel'],
  attachRehearsal: ['PUT', '/v1/rollouts/:rollout/rehearsal'],
  createRelease: ['POST', '/v1/releases'],
  viewRelease: ['GET', '/v1/releases/:version'],
  uploadArtifact: ['PUT', '/v1/releases/:version/artifacts/:hardware'],
  viewSigning: ['GET', '/v1/releases/:version/signing'],
  listAttestations: ['GET', '/v1/releases/:version/attestations'],
};
