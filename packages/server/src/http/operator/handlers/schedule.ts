/** Schedule: one handler a route. */
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { notBuilt } from './not-built.ts';
import { setPolicy, viewPolicy } from '../../../policy/policy.ts';

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
    viewRoster: () => notBuilt('viewRoster'),
    setRoster: () => notBuilt('setRoster'),
    importRoster: () => notBuilt('importRoster'),
    viewWatch: () => notBuilt('viewWatch'),
    acknowledgeWatch: () => notBuilt('acknowledgeWatch'),
    acknowledgeHalt: () => notBuilt('acknowledgeHalt'),
    viewRisk: () => notBuilt('viewRisk'),
  };
}
