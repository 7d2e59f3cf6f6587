/** The fleet's calendar as a file that other calendars read. */
import { isRefused } from '@tuesday/protocol';
import { planCalendar, soakEndOf, when } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import type { RolloutRow } from '../../rollouts/apply.ts';
import { publicHolidays } from '../holidays.ts';
import { type InForce, readInForce } from '../policy.ts';
import { writtenAround } from '../write-out.ts';
import { type StageEvent, writeCalendar } from './write.ts';

export async function exportCalendar({
  db,
  clock,
}: Pick<Context, 'db' | 'clock'>): Promise<{ file: string; type: string; name: string }> {
  const now = clock.now();
  const inForce = await readInForce(db, now);
  const { policy } = inForce;
  const { from, to } = writtenAround(now);
  const holidays = policy.holidays
    ? publicHolidays(policy.holidays, policy.calendar.zone, from, to)
    : undefined;
  const rows = await underWay(db);
  const file = writeCalendar({
    calendar: policy.calendar,
    freezes: policy.calendar.freezes,
    holidays: holidays && !isRefused(holidays) ? holidays.freezes : [],
    stages: rows.flatMap((row) => stagesOf(row, inForce, now)),
    now,
  });
  return { file, type: 'text/calendar; charset=utf-8', name: 'tuesday.ics' };
}

function underWay(db: Kysely<Database>): Promise<RolloutRow[]> {
  return db
    .selectFrom('rollouts')
    .selectAll()
    .where('phase', 'in', ['scheduled', 'soaking', 'watching'])
    .orderBy('created_at')
    .execute();
}

/** Stages that have opened as they are, the others as they would open if every gate passed in time. */
function stagesOf(row: RolloutRow, { policy, calendar }: InForce, now: number): StageEvent[] {
  const { plan, state, rollout, name } = row;
  const { deviceHours } = policy;
  const title = (stage: number) =>
    `${name}: stage ${stage + 1} of ${plan.stages.length} (${Math.round((plan.stages[stage]?.share ?? 1) * 1_000) / 10} %)`;
  const opened = Object.entries(state.openedAt)
    .map(([stage, from]) => ({ stage: Number(stage), from }))
    .filter(({ stage }) => stage < plan.stages.length);
  const past = opened.map(({ stage, from }) => ({
    uid: `${rollout}-${stage}`,
    title: title(stage),
    because: `Opened ${when(from, calendar.zone)}.`,
    from,
    to: soakEndOf({ state, plan, deviceHours }, stage) ?? from,
  }));
  const first = opened.length;
  if (first >= plan.stages.length) return past;
  const start = Math.max(now, past.at(-1)?.to ?? now);
  const planned = planCalendar({ plan, calendar, deviceHours, start, first });
  const next = planned.stages.flatMap(({ stage, opensAt, soakEndsAt, because }) =>
    opensAt === null || soakEndsAt === null
      ? []
      : [
          {
            uid: `${rollout}-${stage}`,
            title: `${title(stage)}, planned`,
            because: `If every gate passes in time: ${because}`,
            from: opensAt,
            to: soakEndsAt,
          },
        ],
  );
  return [...past, ...next];
}
