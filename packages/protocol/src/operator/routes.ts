/**
 * The operator API as one table: the server registers it, the CLI and the console derive their types from
 * it, the OpenAPI document is printed from it.
 */
import * as z from 'zod';
import { deviceIdSchema, hardwareSchema, rolloutIdSchema, versionSchema } from '../ids.ts';
import { calendarSchema, planSchema } from '../plan.ts';
import { compositionSchema, rehearsalSchema } from '../rehearsal.ts';
import { releaseManifestSchema } from '../release.ts';
import * as requests from './requests.ts';
import * as views from './views.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** `'bytes'` is an `application/octet-stream` upload. */
  readonly body?: z.ZodType | 'bytes';
  /** `'events'` is a stream of server-sent events, each the JSON of `event`. */
  readonly answer: z.ZodType | 'events';
  readonly event?: z.ZodType;
  /** Needs no sign-in. */
  readonly open?: true;
}

const rollout = z.object({ rollout: rolloutIdSchema });
const device = z.object({ device: deviceIdSchema });
const release = z.object({ version: versionSchema });

export const routes = {
  status: {
    method: 'GET',
    path: '/v1/status',
    summary: 'Is it up, and what time does it think it is',
    answer: views.statusViewSchema,
  },
  signIn: {
    method: 'POST',
    path: '/v1/session',
    summary: 'Exchange an operator token for a session cookie',
    body: requests.sessionRequestSchema,
    answer: views.okViewSchema,
    open: true,
  },
  signOut: { method: 'DELETE', path: '/v1/session', summary: 'End the session', answer: views.okViewSchema },

  trust: {
    method: 'GET',
    path: '/v1/trust',
    summary: 'Roles, keys, thresholds and versions of the TUF metadata',
    answer: views.trustViewSchema,
  },
  installTrust: {
    method: 'PUT',
    path: '/v1/trust',
    summary: 'Install the root of trust and the online keys, once',
    body: requests.installTrustRequestSchema,
    answer: views.trustViewSchema,
  },

  listReleases: {
    method: 'GET',
    path: '/v1/releases',
    summary: 'Releases, newest first',
    answer: z.object({ releases: z.array(views.releaseViewSchema) }),
  },
  createRelease: {
    method: 'POST',
    path: '/v1/releases',
    summary: 'Declare a release',
    body: releaseManifestSchema,
    answer: views.releaseViewSchema,
  },
  viewRelease: {
    method: 'GET',
    path: '/v1/releases/:version',
    summary: 'One release',
    params: release,
    answer: views.releaseViewSchema,
  },
  uploadArtifact: {
    method: 'PUT',
    path: '/v1/releases/:version/artifacts/:hardware',
    summary: 'Upload the bytes for one hardware model',
    params: z.object({ version: versionSchema, hardware: hardwareSchema }),
    body: 'bytes',
    answer: views.releaseViewSchema,
  },
  viewSigning: {
    method: 'GET',
    path: '/v1/releases/:version/signing',
    summary: 'The payload to sign offline',
    params: release,
    answer: views.signingViewSchema,
  },
  addSignature: {
    method: 'POST',
    path: '/v1/releases/:version/signatures',
    summary: 'Add one signature; the last one that is needed publishes',
    params: release,
    body: requests.signatureRequestSchema,
    answer: views.releaseViewSchema,
  },

  viewFleet: {
    method: 'GET',
    path: '/v1/fleet',
    summary: 'Versions and environment of the fleet, as reported',
    answer: views.fleetViewSchema,
  },
  createFleetKey: {
    method: 'POST',
    path: '/v1/fleet/keys',
    summary: 'Issue a key that devices enrol with; older keys stay valid',
    body: requests.actRequestSchema,
    answer: views.fleetKeyViewSchema,
  },
  listDevices: {
    method: 'GET',
    path: '/v1/devices',
    summary: 'Devices by id',
    query: requests.deviceListQuerySchema,
    answer: views.deviceListViewSchema,
  },
  viewDevice: {
    method: 'GET',
    path: '/v1/devices/:device',
    summary: 'One device',
    params: device,
    answer: views.deviceViewSchema,
  },
  holdDevice: {
    method: 'POST',
    path: '/v1/devices/:device/hold',
    summary: 'Exclude one device from offers',
    params: device,
    body: requests.actRequestSchema,
    answer: views.deviceViewSchema,
  },
  unholdDevice: {
    method: 'POST',
    path: '/v1/devices/:device/unhold',
    summary: 'Let offers reach the device again',
    params: device,
    body: requests.actRequestSchema,
    answer: views.deviceViewSchema,
  },

  viewPolicy: {
    method: 'GET',
    path: '/v1/policy',
    summary: 'Change windows and freezes',
    answer: views.policyViewSchema,
  },
  setPolicy: {
    method: 'PUT',
    path: '/v1/policy',
    summary: 'Replace change windows and freezes',
    body: z.object({ calendar: calendarSchema, because: z.string().min(1).max(1_000) }),
    answer: views.policyViewSchema,
  },

  checkPlan: {
    method: 'POST',
    path: '/v1/plans/check',
    summary: 'Cohort sizes and first opening of a plan, without creating it',
    body: planSchema,
    answer: views.planCheckViewSchema,
  },
  listRollouts: {
    method: 'GET',
    path: '/v1/rollouts',
    summary: 'Rollouts, newest first',
    answer: views.rolloutListViewSchema,
  },
  createRollout: {
    method: 'POST',
    path: '/v1/rollouts',
    summary: 'Create a rollout from a plan',
    body: planSchema,
    answer: views.rolloutViewSchema,
  },
  viewRollout: {
    method: 'GET',
    path: '/v1/rollouts/:rollout',
    summary: 'One rollout with its evidence',
    params: rollout,
    answer: views.rolloutViewSchema,
  },
  watchRollout: {
    method: 'GET',
    path: '/v1/rollouts/:rollout/live',
    summary: 'The rollout again whenever it changes',
    params: rollout,
    answer: 'events',
    event: views.rolloutViewSchema,
  },
  startRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/start',
    summary: 'Fix the cohorts and start',
    params: rollout,
    body: requests.optionalActRequestSchema,
    answer: views.rolloutViewSchema,
  },
  pauseRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/pause',
    summary: 'Make no new offers until resumed',
    params: rollout,
    body: requests.actRequestSchema,
    answer: views.rolloutViewSchema,
  },
  resumeRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/resume',
    summary: 'Lift the operator pause',
    params: rollout,
    body: requests.optionalActRequestSchema,
    answer: views.rolloutViewSchema,
  },
  haltRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/halt',
    summary: 'Stop for good: no further offer of this rollout',
    params: rollout,
    body: requests.actRequestSchema,
    answer: views.rolloutViewSchema,
  },
  recallRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/recall',
    summary: 'Send the devices back along the signed way back',
    params: rollout,
    body: requests.actRequestSchema,
    answer: views.rolloutViewSchema,
  },
  cancelRollout: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/cancel',
    summary: 'Drop a rollout that no device has been offered',
    params: rollout,
    body: requests.actRequestSchema,
    answer: views.rolloutViewSchema,
  },

  excludeSlice: {
    method: 'POST',
    path: '/v1/rollouts/:rollout/exclude',
    summary: 'Take the devices with one environment value out, hold them, and go on',
    params: rollout,
    body: requests.excludeRequestSchema,
    answer: views.rolloutViewSchema,
  },
  attachRehearsal: {
    method: 'PUT',
    path: '/v1/rollouts/:rollout/rehearsal',
    summary: 'Attach a rehearsal of the plan for whoever approves it',
    params: rollout,
    body: rehearsalSchema,
    answer: views.rolloutViewSchema,
  },

  viewComposition: {
    method: 'GET',
    path: '/v1/fleet/composition',
    summary: 'Distinct environments and the fleet’s usual silence, as a rehearsal needs them',
    answer: compositionSchema,
  },
  addTickets: {
    method: 'POST',
    path: '/v1/tickets',
    summary: 'Tickets of the help desk, by error code; repeating one changes nothing',
    body: z.object({ tickets: z.array(requests.ticketRequestSchema).min(1).max(1_000) }),
    answer: views.ticketListViewSchema,
  },
  listTickets: {
    method: 'GET',
    path: '/v1/tickets',
    summary: 'The newest tickets, and how many each code has',
    answer: views.ticketListViewSchema,
  },

  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'The audit log in order',
    query: requests.auditQuerySchema,
    answer: views.auditViewSchema,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
type Field<R, K extends string> = R extends Record<K, infer S> ? S : never;
type Given<S> = [S] extends [never]
  ? undefined
  : S extends z.ZodType
    ? z.input<S>
    : S extends 'bytes'
      ? Uint8Array
      : undefined;
export type RouteParams<N extends RouteName> = Given<Field<(typeof routes)[N], 'params'>>;
export type RouteQuery<N extends RouteName> = Given<Field<(typeof routes)[N], 'query'>>;
export type RouteBody<N extends RouteName> = Given<Field<(typeof routes)[N], 'body'>>;
export type RouteAnswer<N extends RouteName> = (typeof routes)[N]['answer'] extends z.ZodType
  ? z.output<(typeof routes)[N]['answer']>
  : never;
