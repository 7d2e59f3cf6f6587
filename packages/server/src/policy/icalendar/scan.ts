/**
 * The lines of an iCalendar file (RFC 5545, 3.1 and 3.4), with their numbers: what is malformed is named by its
 * line. What the lines mean is `ical.js`'s business.
 */
import { type OrRefused, refuse, type Refusal } from '@tuesday/protocol';

export interface ScannedLine {
  /** In the file, from 1; of a folded line the first. */
  readonly number: number;
  /** Capital letters. */
  readonly name: string;
  readonly value: string;
}

export interface ScannedEvent {
  /** Of its BEGIN. */
  readonly number: number;
  /** Of the event itself, without those of its alarms. */
  readonly lines: readonly ScannedLine[];
}

/** Name, parameters (quoted or not), value. */
const LINE = /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/s;

export function invalid(number: number, problem: string): Refusal {
  return refuse('calendar-invalid', `line ${number}: ${problem}`.slice(0, 500), { field: 'ics' });
}

export interface Scanned {
  /** Of all calendars in the file, in order. */
  readonly events: ScannedEvent[];
  /** Unfolded, with the numbers of their first lines. */
  readonly lines: ReadonlyArray<{ readonly number: number; readonly text: string }>;
}

export function scan(ics: string): OrRefused<Scanned> {
  const unfolded = unfold(ics.replace(/^\uFEFF/, ''));
  const open: Array<{ name: string; number: number }> = [];
  const events: Array<{ number: number; lines: ScannedLine[] }> = [];
  for (const { number, text } of unfolded) {
    const match = LINE.exec(text);
    if (!match) return { refused: invalid(number, `"${text.slice(0, 60)}" is not "NAME:value"`) };
    const line = { number, name: (match[1] ?? '').toUpperCase(), value: match[3] ?? '' };
    const component = line.value.trim().toUpperCase();
    if (line.name === 'BEGIN') {
      if (open.length === 0 && component !== 'VCALENDAR')
        return { refused: invalid(number, `a file begins with BEGIN:VCALENDAR, not BEGIN:${component}`) };
      open.push({ name: component, number });
      if (component === 'VEVENT') events.push({ number, lines: [] });
    } else if (line.name === 'END') {
      const begun = open.pop();
      if (begun?.name !== component)
        return {
          refused: invalid(
            number,
            `END:${component} closes ${begun ? `the ${begun.name} of line ${begun.number}` : 'nothing'}`,
          ),
        };
    } else if (open.length === 0) {
      return { refused: invalid(number, 'a file begins with BEGIN:VCALENDAR') };
    } else if (open.at(-1)?.name === 'VEVENT') events.at(-1)?.lines.push(line);
    // A zone's clocks change a few times a year; anything else would take for ever to follow.
    else if (line.name === 'RRULE' && !/(^|;)FREQ=(YEARLY|MONTHLY)(;|$)/.test(line.value))
      return { refused: invalid(number, 'the clocks of a zone change by the year or the month') };
  }
  const last = open.at(-1);
  if (last) return { refused: invalid(last.number, `the ${last.name} has no end; is the file cut off?`) };
  if (unfolded.length === 0) return { refused: invalid(1, 'the file is empty') };
  return { events, lines: unfolded };
}

/** A line that begins with a blank goes on with the one before it. */
function unfold(ics: string): Array<{ number: number; text: string }> {
  const lines: Array<{ number: number; text: string }> = [];
  for (const [index, text] of ics.split(/\r\n|\n|\r/).entries()) {
    const before = lines.at(-1);
    if (before && /^[ \t]/.test(text)) before.text += text.slice(1);
    else if (text.trim() !== '') lines.push({ number: index + 1, text });
  }
  return lines;
}
