/**
 * Does a policy allow anything that the one in force does not? Tightening needs one person, loosening two, so what
 * is not certainly tighter is taken to be looser.
 */
import {
  type Calendar,
  type DeviceHours,
  type Duration,
  type Instant,
  type Policy,
  toMillis,
} from '@tuesday/protocol';
import { lengthOf } from '../calendar/device-hours.ts';
import { DAY, minutesOf, wallOf, when } from '../calendar/local-time.ts';
import { HORIZON_MILLIS, nextOpening, type OpeningRule } from '../calendar/opening-rule.ts';
import { policyRules } from '../calendar/stage-rules.ts';
import { looserParity } from './looser-parity.ts';

export interface RulesOfFleet {
  readonly policy: Policy;
  /** Of the policy, with holidays and recurring freezes written out for two years from now on. */
  readonly calendar: Calendar;
}

/** @returns what `after` allows and `before` does not, a sentence each; empty: it is nowhere looser */
export function isLooser(before: RulesOfFleet, after: RulesOfFleet, now: Instant): string[] {
  return [
    ...openings(before.calendar, after.calendar, now),
    ...farAway(before.policy, after.policy, now),
    ...hours(before.policy, after.policy),
    ...people(before.policy, after.policy),
    ...looserParity(before.policy.parity, after.policy.parity),
  ];
}

function openings(before: Calendar, after: Calendar, now: Instant): string[] {
  const [old, young] = [policyRules(before), policyRules(after)];
  const cases = [
    ['A stage', firstNew(old.ordinary, young.ordinary, now)],
    ['The last stage', firstNew(old.last, young.last, now)],
  ] as const;
  return cases.flatMap(([who, at]) =>
    at === null
      ? []
      : [
          `${who} could open ${when(at, after.zone)} (${after.zone}), when the policy in force keeps it closed.`,
        ],
  );
}

/** The first instant of the next two years that `after` allows and `before` does not. */
export function firstNew(
  before: readonly OpeningRule[],
  after: readonly OpeningRule[],
  now: Instant,
): Instant | null {
  const until = now + HORIZON_MILLIS;
  let open = nextOpening(after, now, until);
  while (open !== null) {
    const end = Math.min(until, heldUntil(after, open));
    for (let at = open; at < end; at = heldUntil(before, at)) {
      if (before.some((rule) => rule.nextFrom(at) !== at)) return at;
    }
    open = nextOpening(after, end, until);
  }
  return null;
}

function heldUntil(rules: readonly OpeningRule[], at: Instant): Instant {
  return Math.min(...rules.map((rule) => Math.max(at + 1, rule.holdsUntil?.(at) ?? at + 1)));
}

/** What two years do not show. */
function farAway(before: Policy, after: Policy, now: Instant): string[] {
  const reasons: string[] = [];
  if (before.holidays && placeOf(before) !== placeOf(after))
    reasons.push(`The public holidays of ${placeOf(before)} are not closed any more.`);
  const edge = wallOf(now + HORIZON_MILLIS - DAY, before.calendar.zone);
  const kept = new Set(after.calendar.freezes.map((freeze) => JSON.stringify(freeze)));
  for (const freeze of before.calendar.freezes) {
    if (freeze.rrule === undefined && freeze.to < edge) continue;
    if (!kept.has(JSON.stringify(freeze)))
      reasons.push(`The freeze "${freeze.name}" is gone or another one.`);
  }
  return reasons;
}

function placeOf({ holidays }: Policy): string {
  return holidays ? [holidays.country, holidays.region].filter(Boolean).join(' ') : '';
}

function hours(before: Policy, after: Policy): string[] {
  if (!before.deviceHours) return [];
  if (!after.deviceHours || minutesIn(after.deviceHours).some((minute) => !isIn(before.deviceHours, minute)))
    return ['Devices could take updates at hours in which they take none now.'];
  return before.calendar.zone === after.calendar.zone
    ? []
    : ['Devices that report no zone would keep their hours by another clock.'];
}

function minutesIn({ from, to }: DeviceHours): number[] {
  const length = lengthOf({ from, to }) / 60_000;
  return Array.from({ length }, (_, minute) => (minutesOf(from) + minute) % 1_440);
}

function isIn(hours: DeviceHours | null, minute: number): boolean {
  if (!hours) return true;
  const [from, to] = [minutesOf(hours.from) % 1_440, minutesOf(hours.to)];
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}

function people(before: Policy, after: Policy): string[] {
  const shorter = (a: Duration, b: Duration) => toMillis(b) < toMillis(a);
  const rows: Array<[boolean, string]> = [
    [before.watch.required && !after.watch.required, 'Nobody would have to be on watch.'],
    [before.watch.acknowledged && !after.watch.acknowledged, 'Whoever watches would not have to say so.'],
    [
      shorter(before.watch.firstHours, after.watch.firstHours),
      `The watch at the beginning of a soak would last ${after.watch.firstHours} instead of ${before.watch.firstHours}.`,
    ],
    [
      shorter(before.watch.atGate, after.watch.atGate),
      `The watch at the gate would last ${after.watch.atGate} instead of ${before.watch.atGate}.`,
    ],
    [
      shorter(after.watch.escalateAfter, before.watch.escalateAfter),
      `A halt that nobody acknowledges would go to everybody after ${after.watch.escalateAfter} instead of ${before.watch.escalateAfter}.`,
    ],
    [
      after.approvals.needed < before.approvals.needed,
      `${after.approvals.needed} instead of ${before.approvals.needed} consents would be needed.`,
    ],
    [moreApprovers(before.approvals.of, after.approvals.of), 'People could consent who cannot now.'],
    [
      shorter(after.approvals.expireAfter, before.approvals.expireAfter),
      `A request for consent would stand for ${after.approvals.expireAfter} instead of ${before.approvals.expireAfter}.`,
    ],
    [
      shorter(after.breakGlass.lasts, before.breakGlass.lasts),
      `A broken glass would last ${after.breakGlass.lasts} instead of ${before.breakGlass.lasts}.`,
    ],
    [
      shorter(after.breakGlass.reviewWithin, before.breakGlass.reviewWithin),
      `A broken glass would have to be reviewed within ${after.breakGlass.reviewWithin} instead of ${before.breakGlass.reviewWithin}.`,
    ],
  ];
  return [...rows, ...codeRows(before, after)].filter(([looser]) => looser).map(([, words]) => words);
}

function codeRows({ codes: before }: Policy, { codes: after }: Policy): Array<[boolean, string]> {
  return [
    [
      after.pageAfter > before.pageAfter,
      `An undocumented error code would call people at ${after.pageAfter} devices instead of ${before.pageAfter}.`,
    ],
    [before.owner !== null && after.owner === null, 'Nobody would look after undocumented error codes.'],
    [
      after.supportPage && !before.supportPage,
      'Everybody could read what error codes mean, without signing in.',
    ],
  ];
}

/** An empty list is every approver. */
function moreApprovers(before: readonly string[], after: readonly string[]): boolean {
  if (before.length === 0) return false;
  return after.length === 0 || after.some((name) => !before.includes(name));
}
