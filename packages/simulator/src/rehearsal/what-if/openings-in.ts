import type { Instant, PlanCalendarView } from '@tuesday/protocol';

/** When stages open, up to the first that never does. */
export function openingsIn({ stages }: PlanCalendarView): Instant[] {
  const opens: Instant[] = [];
  for (const { opensAt } of stages) {
    if (opensAt === null) break;
    opens.push(opensAt);
  }
  return opens;
}
