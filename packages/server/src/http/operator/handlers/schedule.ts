/** Schedule: one handler a route. */
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { notBuilt } from './not-built.ts';
import { setPolicy, viewPolicy } from '../../../policy/policy.ts';
import { acknowledgeHalt } from '../../../watch/acknowledge-halt.ts';
import { acknowledgeWatch } from '../../../watch/acknowledge-watch.ts';
import { importRoster } from '../../../watch/import-roster.ts';
import { setRoster } from '../../../watch/set-roster.ts';
import { viewRoster } from '../../../watch/view-roster.ts';
import { viewWatch } from '../../../watch/view-watch.ts';

type Names =
  | 'viewPolicy'
  | 'setPolicy'
  | 'planCalendar'
  | 'exportCalendar'
  | 'importFreezes'
  | 'viewRoster'
  | 'setRoster'
  | 'importRoster'
  | 'viewWatch'
  | 'acknowledgeWatch'
  | 'acknowledgeHalt'
  | 'viewRisk';

export function scheduleHandlers(context: Context): HandlersOf<Names> {
  return {
    viewPolicy: () => viewPolicy(context),
    setPolicy: ({ actor, body }) => setPolicy(context, actor, body),
    planCalendar: () => notBuilt('planCalendar'),
    exportCalendar: () => notBuilt('exportCalendar'),
    importFreezes: () => notBuilt('importFreezes'),
    viewRoster: () => viewRoster(context),
    setRoster: ({ actor, body }) => setRoster(context, actor, body),
    importRoster: ({ actor, body }) => importRoster(context, actor, body),
    viewWatch: ({ params }) => viewWatch(context, params.rollout),
    acknowledgeWatch: ({ actor, params, body }) =>
      acknowledgeWatch(context, actor, params.rollout, body.takeOver),
    acknowledgeHalt: ({ actor, params, body }) =>
      acknowledgeHalt(context, actor, params.rollout, body.because),
    viewRisk: () => notBuilt('viewRisk'),
  };
}
