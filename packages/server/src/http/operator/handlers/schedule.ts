/** Schedule: one handler a route. */
import { onLoosening } from '../../../approvals/on-loosening.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { notBuilt } from './not-built.ts';
import { exportCalendar } from '../../../policy/icalendar/export-calendar.ts';
import { importFreezes } from '../../../policy/icalendar/import-freezes.ts';
import { viewPlanCalendar } from '../../../policy/plan-calendar.ts';
import { viewPolicy } from '../../../policy/policy.ts';
import { setPolicy } from '../../../policy/set.ts';
import { viewRisk } from '../../../risk/view-risk.ts';

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
    setPolicy: ({ actor, body }) => setPolicy(context, actor, body, onLoosening),
    planCalendar: ({ body }) => viewPlanCalendar(context, body),
    exportCalendar: () => exportCalendar(context),
    importFreezes: ({ actor, body }) => importFreezes(context, actor, body),
    viewRoster: () => notBuilt('viewRoster'),
    setRoster: () => notBuilt('setRoster'),
    importRoster: () => notBuilt('importRoster'),
    viewWatch: () => notBuilt('viewWatch'),
    acknowledgeWatch: () => notBuilt('acknowledgeWatch'),
    acknowledgeHalt: () => notBuilt('acknowledgeHalt'),
    viewRisk: ({ params }) => viewRisk(context, params.rollout),
  };
}
