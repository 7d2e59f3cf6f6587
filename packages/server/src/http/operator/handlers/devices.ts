/** Devices: one handler a route. */
import { viewComposition } from '../../../fleet/composition.ts';
import { createFleetKey } from '../../../fleet/create-fleet-key.ts';
import { viewDevice } from '../../../fleet/devices.ts';
import { holdDevice } from '../../../fleet/hold-device.ts';
import { retryDevice } from '../../../fleet/retry-device.ts';
import { unholdDevice } from '../../../fleet/unhold-device.ts';
import { viewFleetHistory } from '../../../fleet/history.ts';
import { viewTimeline } from '../../../fleet/timeline.ts';
import { viewFleet } from '../../../fleet/view-fleet.ts';
import { listDevices } from '../../../filter/select-devices.ts';
import type { Context } from '../../../context.ts';
import type { LiveFleet } from '../live-fleet.ts';
import type { HandlersOf } from './asked.ts';

type Names =
  | 'viewFleet'
  | 'viewComposition'
  | 'viewFleetHistory'
  | 'watchFleet'
  | 'createFleetKey'
  | 'listDevices'
  | 'viewDevice'
  | 'viewTimeline'
  | 'holdDevice'
  | 'unholdDevice'
  | 'retryDevice';

export function devicesHandlers(context: Context, live: LiveFleet): HandlersOf<Names> {
  return {
    viewFleet: () => viewFleet(context),
    viewComposition: () => viewComposition(context),
    viewFleetHistory: ({ query }) => viewFleetHistory(context, query.days),
    watchFleet: ({ query, principal, http }) =>
      live.stream({ ...http, since: query.since, roles: principal.roles }),
    createFleetKey: ({ actor, body }) => createFleetKey(context, actor, body.because),
    listDevices: ({ query }) => listDevices(context, query),
    viewDevice: ({ params }) => viewDevice(context, params.device),
    viewTimeline: ({ params, query }) => viewTimeline(context, params.device, query.limit),
    holdDevice: ({ actor, params, body }) => holdDevice(context, actor, params.device, body.because),
    unholdDevice: ({ actor, params, body }) => unholdDevice(context, actor, params.device, body.because),
    retryDevice: ({ actor, params, body }) => retryDevice(context, actor, { ...params, ...body }),
  };
}
