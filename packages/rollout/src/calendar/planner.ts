/** When each stage of a plan would open if every gate passed as soon as its soak is over, and why not earlier. */
import type { Calendar, DeviceHours, Instant, Plan } from '@tuesday/protocol';
import { soakOf } from './soak.ts';
import { dayOf, weekdayWord, when } from './local-time.ts';
import { HORIZON_MILLIS, nextOpening, type OpeningRule } from './opening-rule.ts';
import { stageRules } from './stage-rules.ts';

export interface PassedOver {
  /** `2026-11-26`. */
  readonly day: string;
  /** `Thursday`. */
  readonly weekday: string;
  readonly because: string;
}

export interface PlannedStage {
  readonly stage: number;
  readonly share: number;
  /** When the stage before has soaked; the start for the first; null when that never comes. */
  readonly readyAt: Instant | null;
  readonly opensAt: Instant | null;
  /** `Tue 24 Nov 09:00`. */
  readonly opens: string | null;
  readonly soakEndsAt: Instant | null;
  /** Every day since the stage before opened, or since the start, on which the stage does not open. */
  readonly passedOver: readonly PassedOver[];
  readonly because: string;
  /** Why it opens later than it is ready: "Friday is outside the window". */
  readonly delays: readonly string[];
}

export interface PlannedCalendar {
  readonly stages: readonly PlannedStage[];
  /** End of the watch; null when a stage never opens. */
  readonly finishedAt: Instant | null;
  readonly summary: string;
}

export interface PlannerInput {
  readonly plan: Plan;
  /** Holidays and recurring freezes written out, for two years from the start on. */
  readonly calendar: Calendar;
  readonly deviceHours?: DeviceHours | null;
  readonly start: Instant;
  /** The first stage that has not opened yet; 0 when left out. `start` is when it is ready. */
  readonly first?: number;
  /** What else must hold when a stage opens, for instance that somebody watches. */
  readonly more?: (stage: number) => readonly OpeningRule[];
}

/** Days that are told one by one; a longer wait is cut short. */
const MOST_DAYS = 400;

export function planCalendar(input: PlannerInput): PlannedCalendar {
  const { plan, start, first = 0 } = input;
  const stages: PlannedStage[] = [];
  let since: Instant | null = start;
  let readyAt: Instant | null = start;
  for (let stage = first; stage < plan.stages.length; stage++) {
    const planned: PlannedStage = planStage(input, stage, since, readyAt);
    stages.push(planned);
    since = planned.opensAt;
    readyAt = planned.soakEndsAt;
  }
  const last = stages.at(-1)?.soakEndsAt ?? null;
  const finishedAt = last === null ? null : last + soakOf(plan, plan.stages.length, input.deviceHours);
  return { stages, finishedAt, summary: summaryOf(stages) };
}

function planStage(
  input: PlannerInput,
  stage: number,
  since: Instant | null,
  readyAt: Instant | null,
): PlannedStage {
  const { plan, calendar, start, deviceHours } = input;
  const share = plan.stages[stage]?.share ?? 1;
  const none = { stage, share, readyAt, opensAt: null, opens: null, soakEndsAt: null };
  if (since === null || readyAt === null)
    return { ...none, passedOver: [], because: 'The stage before never opens.', delays: [] };
  const rules = [...stageRules(calendar, plan, stage), ...(input.more?.(stage) ?? [])];
  const opensAt = nextOpening(rules, readyAt, start + HORIZON_MILLIS);
  const days = passed({
    rules,
    zone: calendar.zone,
    since,
    readyAt,
    until: opensAt,
    first: stage === (input.first ?? 0),
  });
  const passedOver = days.map(({ day, weekday, because }) => ({ day, weekday, because }));
  const delays = opensAt === readyAt ? [] : delaysOf(days);
  if (opensAt === null)
    return { ...none, passedOver, because: `It never opens within two years${words(delays)}.`, delays };
  const opens = when(opensAt, calendar.zone);
  const before = stage === 0 ? 'at the start' : 'as soon as the stage before has soaked';
  const because = delays.length === 0 ? `${opens}, ${before}.` : `${opens}${words(delays)}.`;
  const soakEndsAt = opensAt + soakOf(plan, stage, deviceHours);
  return { ...none, opensAt, opens, soakEndsAt, passedOver, because, delays };
}

interface Day extends PassedOver {
  /** As they go on after "because"; of a day of the soak only what has a name, such as a holiday. */
  readonly shorts: readonly string[];
  /** Whether the stage was ready by the end of that day. */
  readonly ready: boolean;
}

interface Passed {
  readonly rules: readonly OpeningRule[];
  readonly zone: string;
  readonly since: Instant;
  readonly readyAt: Instant;
  readonly until: Instant | null;
  readonly first: boolean;
}

/** Every day from `since` to the opening on which the stage does not open. */
function passed({ rules, zone, since, readyAt, until, first }: Passed): Day[] {
  const days: Day[] = [];
  const end = until ?? since + MOST_DAYS * 86_400_000;
  // The stage before opened on the first of these days; a start can come too late on its own day.
  let day = dayOf(since, zone);
  if (!first) day = dayOf(day.to, zone);
  for (; day.to <= end && days.length < MOST_DAYS; day = dayOf(day.to, zone)) {
    const from = Math.max(day.from, since);
    const ready = readyAt < day.to;
    const closed = reasonsOf(rules, ready ? Math.max(from, readyAt) : from, day.to);
    const soaking = ready ? [] : [`The stage before soaks until ${when(readyAt, zone)}.`];
    days.push({
      day: day.date,
      weekday: weekdayWord(from, zone),
      because: [...closed.map(({ sentence }) => sentence), ...soaking].join(' '),
      shorts: closed.map(({ short }) => short),
      ready,
    });
  }
  return days;
}

interface Reason {
  readonly sentence: string;
  readonly short: string;
}

/** Why no instant from `from` to the end of its day will do: a rule that closes all of it, else all in turn. */
function reasonsOf(rules: readonly OpeningRule[], from: Instant, to: Instant): Reason[] {
  for (const rule of rules) {
    const next = rule.nextFrom(from);
    if (next !== null && next < to) continue;
    const whole = rule.whyNotAllDay?.(from);
    if (whole) return [whole];
    const sentence = rule.whyNot(from);
    if (sentence !== null) return [{ sentence, short: inShort(sentence) }];
  }
  const reasons: Reason[] = [];
  for (let at: Instant | null = from; at !== null && at < to;) {
    const rule: OpeningRule | undefined = rules.find((one) => one.nextFrom(at as Instant) !== at);
    if (!rule) break;
    const sentence = rule.whyNot(at) ?? '';
    if (sentence !== '') reasons.push({ sentence, short: inShort(sentence) });
    at = rule.nextFrom(at);
  }
  return reasons.filter(
    (reason, index) => reasons.findIndex(({ short }) => short === reason.short) === index,
  );
}

const inShort = (sentence: string) => sentence.replace(/\.$/, '');

/** The day on which it was ready, then what has a name of its own among the days that went by. */
function delaysOf(days: readonly Day[]): string[] {
  const ready = days.filter((day) => day.ready);
  const [first, ...later] = ready;
  const outside = (short: string) => short.includes(' is outside ');
  const named = [...days.filter((day) => !day.ready), ...later].flatMap(({ shorts }) =>
    shorts.filter((short) => !outside(short)),
  );
  const all = [...(first?.shorts ?? []), ...named];
  return all.filter((short, index) => all.indexOf(short) === index).slice(0, 4);
}

function words(delays: readonly string[]): string {
  if (delays.length === 0) return '';
  const [last, ...before] = delays.toReversed();
  const list = before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
  return `, because ${list}`;
}

/** "1 % Tue 24 Nov 09:00, 10 % Wed 25 Nov 09:00, 100 % Tue 1 Dec 09:00, because Friday is outside the window". */
function summaryOf(stages: readonly PlannedStage[]): string {
  let summary = '';
  let comma = '';
  for (const { stage, share, opens, delays } of stages) {
    // Why the first one waits for the start of the week stands with it; it explains nothing of the rest.
    const why = stage === 0 && stages.length > 1 && opens !== null ? '' : words(delays);
    summary += `${comma}${percent(share)} ${opens ?? 'never'}${why}`;
    comma = why === '' ? ', ' : '; ';
  }
  return `${summary}.`;
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
