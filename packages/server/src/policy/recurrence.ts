/**
 * Recurring freezes written out (RFC 5545, 3.3.10 and 3.8.5.3). The rule is followed on the wall, without any zone:
 * a freeze of 17:00 stays at 17:00 when the clocks change.
 */
import { type Freeze, type OrRefused, refuse } from '@tuesday/protocol';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { dated } from './holidays.ts';

/** Most occurrences of one rule in the time that is looked at. */
export const MOST_OCCURRENCES = 1_000;
/** A rule whose occurrences are further apart than so many steps has none for us. */
const MOST_STEPS = 20_000;

const NUMBERS = (least: number, most: number) => (text: string) =>
  text.split(',').every((one) => /^[+-]?\d{1,3}$/.test(one) && inRange(Number(one), least, most));
const inRange = (number: number, least: number, most: number) =>
  number !== 0 && Math.abs(number) <= most && number >= least;

/** Parts that make sense for days and times of freezes, and what they hold. */
const PARTS: Readonly<Record<string, (text: string) => boolean>> = {
  FREQ: (text) => ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY'].includes(text),
  INTERVAL: (text) => /^[1-9]\d{0,3}$/.test(text),
  COUNT: (text) => /^[1-9]\d{0,4}$/.test(text),
  UNTIL: (text) => /^\d{8}(T\d{6}Z?)?$/.test(text) && untilOf(text, 'UTC') !== null,
  BYMONTH: NUMBERS(1, 12),
  BYMONTHDAY: NUMBERS(-31, 31),
  BYYEARDAY: NUMBERS(-366, 366),
  BYWEEKNO: NUMBERS(-53, 53),
  BYSETPOS: NUMBERS(-366, 366),
  BYDAY: (text) => text.split(',').every((one) => /^([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)$/.test(one)),
  WKST: (text) => /^(MO|TU|WE|TH|FR|SA|SU)$/.test(text),
};

/** @returns what is wrong with the rule, as the end of a sentence; null when it can be followed */
export function problemOf(rrule: string): string | null {
  const seen = new Set<string>();
  for (const part of rrule.split(';')) {
    const [name = '', value = '', ...more] = part.split('=');
    const check = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (!check || more.length > 0) return `"${part.slice(0, 60)}" is not a part that is known`;
    if (seen.has(name)) return `${name} stands there twice`;
    if (!check(value)) return `${name} must not be "${value.slice(0, 60)}"`;
    seen.add(name);
  }
  if (!seen.has('FREQ')) return 'FREQ is missing';
  return seen.has('COUNT') && seen.has('UNTIL') ? 'COUNT and UNTIL exclude each other' : null;
}

/**
 * The occurrences that touch the stretch, without their rule.
 *
 * @param from first reading of the wall that matters, `2026-11-24T09:00`; `to` likewise, and not included
 */
export function occurrencesOf(
  freeze: Freeze & { rrule: string },
  from: string,
  to: string,
  zone: string,
): OrRefused<{ freezes: Freeze[] }> {
  const problem = problemOf(freeze.rrule);
  if (problem !== null)
    return {
      refused: refuse('policy-invalid', `the recurrence of "${freeze.name}" cannot be followed: ${problem}`),
    };
  const begin = wall(freeze.from);
  const length = begin.until(wall(freeze.to), { largestUnit: 'days' });
  const { kind, name } = freeze;
  const freezes: Freeze[] = [];
  try {
    for (const start of startsOf(
      { rrule: freeze.rrule, begin, zone },
      wall(from).subtract(length),
      wall(to),
    )) {
      const end = start.add(length);
      if (textOf(end) <= from) continue;
      if (freezes.length === MOST_OCCURRENCES)
        return {
          refused: refuse(
            'policy-invalid',
            `"${freeze.name}" recurs more than ${MOST_OCCURRENCES} times in the next two years`,
            { try: 'write it as longer freezes, or as windows' },
          ),
        };
      freezes.push({ kind, name, from: dated(textOf(start)), to: dated(textOf(end)) });
    }
  } catch (cause) {
    const message = `the recurrence of "${freeze.name}" cannot be followed: ${(cause as Error).message}`;
    return { refused: refuse('policy-invalid', message.slice(0, 500)) };
  }
  return { freezes };
}

/** Beginnings in order, from the first that is not before `from`. */
function* startsOf(
  { rrule, begin, zone }: { rrule: string; begin: Temporal.PlainDateTime; zone: string },
  from: Temporal.PlainDateTime,
  to: Temporal.PlainDateTime,
): Generator<Temporal.PlainDateTime> {
  const parts = rrule.split(';');
  const until = untilOf(parts.find((part) => part.startsWith('UNTIL='))?.slice(6) ?? '', zone);
  const rule = new RRuleTemporal({
    rruleString: parts.filter((part) => !part.startsWith('UNTIL=')).join(';'),
    dtstart: begin.toZonedDateTime('UTC'),
    includeDtstart: true,
    maxIterations: MOST_STEPS,
    strict: true,
  });
  let next = rule.next(new Date(`${textOf(from)}Z`), true);
  while (next) {
    const start = Temporal.PlainDateTime.from(next.toPlainDateTime().toString());
    const over = until !== null && Temporal.PlainDateTime.compare(start, until) > 0;
    if (over || Temporal.PlainDateTime.compare(start, to) >= 0) return;
    yield start;
    next = rule.next(next);
  }
}

/** Inclusive, on the wall of the zone; a date alone is all of its day. */
function untilOf(text: string, zone: string): Temporal.PlainDateTime | null {
  if (text === '') return null;
  try {
    const time = text.length > 8 ? text.slice(9, 15) : '235959';
    const written = Temporal.PlainDateTime.from(`${text.slice(0, 8)}T${time}`, { overflow: 'reject' });
    if (!text.endsWith('Z')) return written;
    return written.toZonedDateTime('UTC').withTimeZone(zone).toPlainDateTime();
  } catch {
    return null;
  }
}

function wall(text: string): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(text.length === 10 ? `${text}T00:00` : text);
}

function textOf(at: Temporal.PlainDateTime): string {
  return at.toString({ smallestUnit: 'minute' });
}
