/** Recovery campaigns: one handler a route. */
import type { Context } from '../../../context.ts';
import { finishRecovery } from '../../../recoveries/finish.ts';
import { giveUpRecoveryDevice } from '../../../recoveries/give-up.ts';
import { listRecoveries } from '../../../recoveries/list.ts';
import { listRecoveryDevices } from '../../../recoveries/list-devices.ts';
import { planRecovery } from '../../../recoveries/plan.ts';
import { previewRecovery } from '../../../recoveries/preview.ts';
import { startRecovery } from '../../../recoveries/start.ts';
import { stopRecovery } from '../../../recoveries/stop.ts';
import { listRecoveryTechnicians } from '../../../recoveries/technicians.ts';
import { viewRecovery } from '../../../recoveries/view.ts';
import { visitRecoveryDevice } from '../../../recoveries/visit.ts';
import type { HandlersOf } from './asked.ts';

type Names =
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
  | 'giveUpRecoveryDevice';

export function recoveriesHandlers(context: Context): HandlersOf<Names> {
  return {
    listRecoveries: () => listRecoveries(context),
    previewRecovery: ({ body }) => previewRecovery(context, body),
    planRecovery: ({ actor, body }) => planRecovery(context, actor, body),
    viewRecovery: ({ params }) => viewRecovery(context, params.recovery),
    listRecoveryDevices: ({ params, query }) => listRecoveryDevices(context, params.recovery, query),
    listRecoveryTechnicians: ({ principal, params }) =>
      listRecoveryTechnicians(context, principal, params.recovery),
    startRecovery: ({ actor, params, body }) => startRecovery(context, actor, params.recovery, body.because),
    stopRecovery: ({ actor, params, body }) => stopRecovery(context, actor, params.recovery, body.because),
    finishRecovery: ({ actor, params, body }) =>
      finishRecovery(context, actor, params.recovery, body.because),
    visitRecoveryDevice: ({ actor, params, body }) =>
      visitRecoveryDevice(context, actor, params, body.because),
    giveUpRecoveryDevice: ({ actor, params, body }) =>
      giveUpRecoveryDevice(context, actor, params, body.because),
  };
}
