/** What the calendar and the plan want of the instant at which a stage opens. */
import type { Calendar, Plan } from '@tuesday/protocol';
import { freezeRule } from './freezes.ts';
import type { OpeningRule } from './opening-rule.ts';
import { THE_WINDOW, windowRule } from './windows.ts';

interface CalendarRules {
  readonly freezes: OpeningRule;
  readonly windows: OpeningRule;
  readonly lastStage: OpeningRule;
}

/** The same calendar is asked every second, so its rules are made once. */
const known = new WeakMap<Calendar, CalendarRules>();

function calendarRules(calendar: Calendar): CalendarRules {
  const found = known.get(calendar);
  if (found) return found;
  const { zone, windows, lastStageWindows } = calendar;
  const policy = windowRule({ zone, windows, called: THE_WINDOW });
  const made: CalendarRules = {
    freezes: freezeRule(zone, calendar.freezes),
    windows: policy,
    lastStage:
      lastStageWindows === undefined
        ? policy
        : windowRule({ zone, windows: lastStageWindows, called: 'the change window of the last stage' }),
  };
  known.set(calendar, made);
  return made;
}

/**
 * The rules of one stage: no freeze; a window of the policy, or its window for the last stage, which the hold-out
 * is as well; and a window of the plan's own, if it has any. All of them must hold.
 *
 * @param stage index in the plan; `plan.stages.length` is the hold-out
 */
export function stageRules(
  calendar: Calendar,
  plan: Pick<Plan, 'stages'>,
  stage: number,
): readonly OpeningRule[] {
  const rules = calendarRules(calendar);
  const last = stage >= plan.stages.length - 1;
  const own = plan.stages[Math.min(stage, plan.stages.length - 1)]?.windows;
  return [
    rules.freezes,
    last ? rules.lastStage : rules.windows,
    ...(own ? [windowRule({ zone: calendar.zone, windows: own, called: 'the window of the stage' })] : []),
  ];
}

/** The rules of the policy alone, for stages in general and for the last one. */
export function policyRules(calendar: Calendar): {
  ordinary: readonly OpeningRule[];
  last: readonly OpeningRule[];
} {
  const { freezes, windows, lastStage } = calendarRules(calendar);
  return { ordinary: [freezes, windows], last: [freezes, lastStage] };
}
