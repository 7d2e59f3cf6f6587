/** Schedule: one handler a route. */
import { onLoosening } from '../../../approvals/on-loosening.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { exportCalendar } from '../../../policy/icalendar/export-calendar.ts';
import { importFreezes } from '../../../policy/icalendar/import-freezes.ts';
import { viewPlanCalendar } from '../../../policy/plan-calendar.ts';
import { viewPolicy } from '../../../policy/policy.ts';
import { setPolicy } from '../../../policy/set.ts';
import { viewRisk } from '../../../risk/view-risk.ts';
import { acknowledgeHalt } from '../../../watch/acknowledge-halt.ts';
import { acknowledgeWatch } from '../../../watch/acknowledge-watch.ts';
import { importRoster } from '../../../watch/import-roster.ts';
import { setRoster } from '../../../watch/set-roster.ts';
import { planRules } from '../../../watch/plan-rules.ts';
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
    setPolicy: ({ actor, body }) => setPolicy(context, actor, body, onLoosening),
    planCalendar: async ({ body }) => viewPlanCalendar(context, body, await planRules(context, body)),
    exportCalendar: () => exportCalendar(context),
    importFreezes: ({ actor, body }) => importFreezes(context, actor, body),
    viewRoster: () => viewRoster(context),
    setRoster: ({ actor, body }) => setRoster(context, actor, body),
    importRoster: ({ actor, body }) => importRoster(context, actor, body),
    viewWatch: ({ params }) => viewWatch(context, params.rollout),
    acknowledgeWatch: ({ actor, params, body }) =>
      acknowledgeWatch(context, actor, params.rollout, body.takeOver),
    acknowledgeHalt: ({ actor, params, body }) =>
      acknowledgeHalt(context, actor, params.rollout, body.because),
    viewRisk: ({ params }) => viewRisk(context, params.rollout),
  };
}
