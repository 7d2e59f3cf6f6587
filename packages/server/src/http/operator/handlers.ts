/** One handler a route of the table: what is not here does not compile. */
import type { OrRefused, RouteAnswer, RouteName, routes } from '@tuesday/protocol';
import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { ArtifactStore } from '../../artifacts/store.ts';
import { listAudit } from '../../audit/list.ts';
import type { Context } from '../../context.ts';
import { viewComposition } from '../../fleet/composition.ts';
import { createFleetKey } from '../../fleet/create-fleet-key.ts';
import { listDevices, viewDevice } from '../../fleet/devices.ts';
import { holdDevice, unholdDevice } from '../../fleet/hold-device.ts';
import { viewFleet } from '../../fleet/view-fleet.ts';
import { setPolicy, viewPolicy } from '../../policy/calendar.ts';
import { addSignature } from '../../releases/add-signature.ts';
import { createRelease } from '../../releases/create-release.ts';
import { viewSigning } from '../../releases/signing.ts';
import { uploadArtifact } from '../../releases/upload-artifact.ts';
import { listReleases, viewRelease } from '../../releases/view-release.ts';
import { attachRehearsal } from '../../rollouts/attach-rehearsal.ts';
import { cancelRollout } from '../../rollouts/cancel.ts';
import { checkPlan } from '../../rollouts/check-plan.ts';
import { createRollout } from '../../rollouts/create.ts';
import { excludeSlice } from '../../rollouts/exclude.ts';
import { haltRollout } from '../../rollouts/halt.ts';
import { pauseRollout } from '../../rollouts/pause.ts';
import { recallRollout } from '../../rollouts/recall.ts';
import { resumeRollout } from '../../rollouts/resume.ts';
import { startRollout } from '../../rollouts/start.ts';
import { listRollouts, viewRollout } from '../../rollouts/view.ts';
import { addTickets, listTickets } from '../../signals/tickets.ts';
import { installTrust } from '../../trust/install.ts';
import { viewTrust } from '../../trust/view-trust.ts';
import { viewStatus } from './status.ts';

type Schema<N extends RouteName, K extends 'params' | 'query' | 'body'> =
  (typeof routes)[N] extends Record<K, infer S> ? S : undefined;
type Parsed<S> = S extends z.ZodType ? z.output<S> : S extends 'bytes' ? Readable : undefined;

export interface Asked<N extends RouteName> {
  readonly actor: string;
  readonly params: Parsed<Schema<N, 'params'>>;
  readonly query: Parsed<Schema<N, 'query'>>;
  readonly body: Parsed<Schema<N, 'body'>>;
  /** Bytes of the body, where the sender announced them. */
  readonly length: number | undefined;
}

/** Those that touch cookies or hold the connection are answered in `register.ts`. */
export type Special = 'signIn' | 'signOut' | 'watchRollout';

export type Handlers = {
  readonly [N in Exclude<RouteName, Special>]: (asked: Asked<N>) => Promise<OrRefused<RouteAnswer<N>>>;
};

export function handlersOf(context: Context, store: ArtifactStore): Handlers {
  return {
    status: () => viewStatus(context),
    trust: () => viewTrust(context),
    installTrust: ({ actor, body }) => installTrust(context, actor, body),
    listReleases: () => listReleases(context),
    createRelease: ({ actor, body }) => createRelease(context, actor, body),
    viewRelease: ({ params }) => viewRelease(context, params.version),
    uploadArtifact: ({ actor, params, body, length }) =>
      uploadArtifact(context, store, actor, { ...params, bytes: body, length }),
    viewSigning: ({ params }) => viewSigning(context, params.version),
    addSignature: ({ actor, params, body }) => addSignature(context, actor, params.version, body),
    viewFleet: () => viewFleet(context),
    createFleetKey: ({ actor, body }) => createFleetKey(context, actor, body.because),
    listDevices: ({ query }) => listDevices(context, query),
    viewDevice: ({ params }) => viewDevice(context, params.device),
    holdDevice: ({ actor, params, body }) => holdDevice(context, actor, params.device, body.because),
    unholdDevice: ({ actor, params, body }) => unholdDevice(context, actor, params.device, body.because),
    viewPolicy: () => viewPolicy(context),
    setPolicy: ({ actor, body }) => setPolicy(context, actor, body),
    checkPlan: ({ body }) => checkPlan(context, body),
    listRollouts: () => listRollouts(context),
    createRollout: ({ actor, body }) => createRollout(context, actor, body),
    viewRollout: ({ params }) => viewRollout(context, params.rollout),
    startRollout: ({ actor, params, body }) => startRollout(context, actor, params.rollout, body.because),
    pauseRollout: ({ actor, params, body }) => pauseRollout(context, actor, params.rollout, body.because),
    resumeRollout: ({ actor, params, body }) => resumeRollout(context, actor, params.rollout, body.because),
    haltRollout: ({ actor, params, body }) => haltRollout(context, actor, params.rollout, body.because),
    recallRollout: ({ actor, params, body }) => recallRollout(context, actor, params.rollout, body.because),
    cancelRollout: ({ actor, params, body }) => cancelRollout(context, actor, params.rollout, body.because),
    excludeSlice: ({ actor, params, body }) => excludeSlice(context, actor, params.rollout, body),
    attachRehearsal: ({ actor, params, body }) => attachRehearsal(context, actor, params.rollout, body),
    viewComposition: () => viewComposition(context),
    addTickets: ({ body }) => addTickets(context, body.tickets),
    listTickets: () => listTickets(context),
    listAudit: ({ query }) => listAudit(context, query),
  };
}
