/** The values of an event that freezes are made of, looked at one by one so that the line can be named. */
import type { Refusal } from '@tuesday/protocol';
import { Temporal } from 'temporal-polyfill';
import { problemOf } from '../recurrence.ts';
import { invalid, type ScannedEvent, type ScannedLine } from './scan.ts';

const DURATION = /^[+-]?P(\d+W|(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?)$/;

/** @returns what is wrong with the event, or undefined */
export function eventProblem({ number, lines }: ScannedEvent): Refusal | undefined {
  if (!lines.some(({ name }) => name === 'DTSTART')) return invalid(number, 'the event has no DTSTART');
  for (const line of lines) {
    const problem = lineProblem(line);
    if (problem !== undefined) return invalid(line.number, problem);
  }
  for (const name of ['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'RECURRENCE-ID', 'UID']) {
    const second = lines.filter((line) => line.name === name)[1];
    if (second) return invalid(second.number, `a second ${name}`);
  }
  return undefined;
}

function lineProblem({ name, value }: ScannedLine): string | undefined {
  switch (name) {
    case 'DTSTART':
    case 'DTEND':
    case 'RECURRENCE-ID':
      return isTime(value) ? undefined : `${name} has no date "${value.slice(0, 40)}"`;
    case 'EXDATE':
    case 'RDATE': {
      const wrong = value.split(',').find((one) => !isTime(one.split('/')[0] ?? ''));
      return wrong === undefined ? undefined : `${name} has no date "${wrong.slice(0, 40)}"`;
    }
    case 'DURATION':
      return DURATION.test(value) && /\d/.test(value) ? undefined : `"${value.slice(0, 40)}" is no duration`;
    case 'RRULE': {
      const problem = problemOf(value);
      return problem === null ? undefined : `the recurrence cannot be followed: ${problem}`;
    }
    default:
      return undefined;
  }
}

/** `20261124`, `20261124T090000` or `20261124T090000Z`, and it exists. A leap second counts as the one before. */
function isTime(value: string): boolean {
  const match = /^(\d{8})(T(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ?|T(?:[01]\d|2[0-3])[0-5]\d60Z?)?$/.exec(value);
  if (!match) return false;
  try {
    Temporal.PlainDate.from(match[1] ?? '', { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}
