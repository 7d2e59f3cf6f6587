/** Which calendar would a plan get? Nothing is looked up but the policy, and nothing is created. */
import {
  type Instant,
  isRefused,
  type OrRefused,
  type Plan,
  type PlanCalendarView,
  type Policy,
  presetPolicy,
  refuse,
} from '@tuesday/protocol';
import { HORIZON_MILLIS, type OpeningRule, planCalendar as plan, reaches } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import { checkPlace } from './holidays.ts';
import { readPolicy } from './policy.ts';
import { writeOut, writtenAround } from './write-out.ts';

export interface PlanCalendarRequest {
  readonly plan: Plan;
  readonly preset?: 'golden-rule' | 'chapter-plan' | undefined;
  readonly start?: Instant | undefined;
  readonly startLocal?: string | undefined;
  readonly zone?: string | undefined;
  readonly country?: string | undefined;
  readonly region?: string | undefined;
}

/** What else must hold, for instance that somebody is on watch; by the policy that the plan is held against. */
export type MoreRules = (policy: Policy, plan: Plan) => (stage: number) => readonly OpeningRule[];

export async function viewPlanCalendar(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  request: PlanCalendarRequest,
  more?: MoreRules,
): Promise<OrRefused<PlanCalendarView>> {
  const asked = policyAsked(request, await readPolicy(db));
  if (isRefused(asked)) return asked;
  const { policy } = asked;
  const begin = startOf(request, policy.calendar.zone, clock.now());
  if (isRefused(begin)) return begin;
  const { start } = begin;
  const written = writeOut(policy, writtenAround(start));
  if (isRefused(written)) return written;
  const planned = plan({
    plan: request.plan,
    calendar: written.calendar,
    deviceHours: policy.deviceHours,
    start,
    ...(more ? { more: more(policy, request.plan) } : {}),
  });
  return {
    preset: policy.preset,
    zone: policy.calendar.zone,
    start,
    finishedAt: planned.finishedAt,
    summary: planned.summary,
    stages: planned.stages.map(
      ({ stage, share, readyAt, opensAt, opens, soakEndsAt, passedOver, because }) => ({
        stage,
        share,
        readyAt,
        opensAt,
        opens,
        soakEndsAt,
        passedOver: [...passedOver],
        because,
      }),
    ),
  };
}

/** A preset, or the fleet's own policy, with what the request puts in its place. */
function policyAsked(request: PlanCalendarRequest, own: Policy): OrRefused<{ policy: Policy }> {
  const zone = request.zone ?? own.calendar.zone;
  if (!isZone(zone))
    return { refused: refuse('bad-request', `"${zone}" is not an IANA time zone`, { field: 'zone' }) };
  const { country, region } = request;
  if (country === undefined && region !== undefined)
    return { refused: refuse('bad-request', 'a region needs its country', { field: 'country' }) };
  const asked = country === undefined ? undefined : { country, ...(region === undefined ? {} : { region }) };
  if (asked) {
    const refused = checkPlace(asked);
    if (refused) {
      const field = refused.field?.replace('holidays.', '');
      return { refused: { ...refused, code: 'bad-request', ...(field === undefined ? {} : { field }) } };
    }
  }
  // The fleet's own holidays stand for a preset, too, unless it is asked about another zone.
  const holidays = asked ?? (request.zone === undefined ? own.holidays : null);
  if (request.preset) return { policy: presetPolicy(request.preset, zone, holidays) };
  return { policy: { ...own, holidays: asked ?? own.holidays, calendar: { ...own.calendar, zone } } };
}

function startOf(
  { start, startLocal }: PlanCalendarRequest,
  zone: string,
  now: Instant,
): OrRefused<{ start: Instant }> {
  if (start !== undefined && startLocal !== undefined)
    return {
      refused: refuse('bad-request', 'give start or startLocal, not both', { field: 'startLocal' }),
    };
  let at = start ?? now;
  if (startLocal !== undefined) {
    try {
      at = reaches(startLocal, zone);
    } catch {
      return { refused: refuse('bad-request', `there is no ${startLocal}`, { field: 'startLocal' }) };
    }
  }
  const year = new Date(at).getUTCFullYear();
  if (year < 2000 || year > 2100 || Math.abs(at) > 8e15 - HORIZON_MILLIS)
    return {
      refused: refuse('bad-request', 'the start must lie between the years 2000 and 2100', {
        field: startLocal === undefined ? 'start' : 'startLocal',
      }),
    };
  return { start: at };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
