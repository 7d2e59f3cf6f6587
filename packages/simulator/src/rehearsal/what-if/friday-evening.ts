/** The next Friday at 17:30 by the clock of a zone, as the incident began. */
import type { Instant } from '@tuesday/protocol';

const MINUTE = 60_000;
const STEP = 15 * MINUTE;
const WEEK = 7 * 24 * 60 * MINUTE;

/** Quarter by quarter: offsets of zones are whole quarters of an hour, and clocks are put forward in between. */
export function nextFridayEvening(now: Instant, zone: string): Instant {
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const first = Math.ceil(now / STEP) * STEP;
  for (let at = first; at <= first + WEEK; at += STEP) {
    const words = wall.format(at);
    if (words.includes('Fri') && words.includes('17:30')) return at;
  }
  throw new Error(`no Friday evening within a week in ${zone}`);
}
