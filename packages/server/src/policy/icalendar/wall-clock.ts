/** Times of an event on the wall of the fleet: all-day, floating, UTC, IANA zones, and zones that the file describes. */
import ICAL from 'ical.js';
import type { Instant } from '@tuesday/protocol';
import { reaches, wallOf } from '@tuesday/rollout';
import { Temporal } from 'temporal-polyfill';

export class UnknownZone extends Error {
  constructor(tzid: string) {
    super(`the zone "${tzid}" is neither described in the file nor an IANA zone`);
  }
}

const MINUTE = 60_000;

export class WallClock {
  readonly #zone: string;

  /** @param zone of the fleet */
  constructor(zone: string) {
    this.#zone = zone;
  }

  /** Beginning of an event, rounded down to the minute. */
  from(component: ICAL.Component): string {
    return this.wallOf(startOf(component), component, 'from');
  }

  /** Its end, rounded up. An all-day event without an end lasts a day. */
  to(component: ICAL.Component): string {
    const start = startOf(component);
    const end = component.getFirstPropertyValue('dtend') as ICAL.Time | null;
    if (end) {
      if (!end.isDate || end.compare(start) > 0) return this.wallOf(end, component, 'to', 'dtend');
    }
    const length = component.getFirstPropertyValue('duration') as ICAL.Duration | null;
    const after = start.clone();
    if (length) after.addDuration(length);
    else if (start.isDate) after.adjust(1, 0, 0, 0);
    return this.wallOf(after, component, 'to');
  }

  /** Whether the event goes by the fleet's own wall: all-day, floating, or in the fleet's zone. */
  isOurs(component: ICAL.Component): boolean {
    const start = startOf(component);
    const tzid = tzidOf(component, 'dtstart');
    if (start.isDate || isFloating(start, tzid)) return true;
    return tzid !== undefined && isIana(tzid) && sameZone(tzid, this.#zone);
  }

  /** @param property whose zone it is in */
  wallOf(time: ICAL.Time, component: ICAL.Component, end: 'from' | 'to', property = 'dtstart'): string {
    const written = textOf(time);
    if (time.isDate) return `${written.slice(0, 10)}T00:00`;
    const tzid = tzidOf(component, property);
    if (isFloating(time, tzid) || (tzid !== undefined && isIana(tzid) && sameZone(tzid, this.#zone))) {
      const wall = Temporal.PlainDateTime.from(written);
      const rounded = wall.round({ smallestUnit: 'minute', roundingMode: end === 'to' ? 'ceil' : 'floor' });
      return rounded.toString({ smallestUnit: 'minute' });
    }
    const at = this.instantOf(time, component, property);
    return wallOf(end === 'to' ? Math.ceil(at / MINUTE) * MINUTE : at, this.#zone);
  }

  instantOf(time: ICAL.Time, component: ICAL.Component, property = 'dtstart'): Instant {
    const tzid = tzidOf(component, property);
    const written = textOf(time);
    if (time.isDate || isFloating(time, tzid)) return reaches(written, this.#zone);
    if (time.zone === ICAL.Timezone.utcTimezone) return time.toUnixTime() * 1_000;
    if (tzid !== undefined && isIana(tzid)) return reaches(written, tzid);
    // A zone that the file describes, by a name of Windows for instance.
    if (tzid === undefined || time.zone?.tzid !== tzid) throw new UnknownZone(tzid ?? '');
    return time.toUnixTime() * 1_000;
  }
}

function startOf(component: ICAL.Component): ICAL.Time {
  return component.getFirstPropertyValue('dtstart') as ICAL.Time;
}

function tzidOf(component: ICAL.Component, property: string): string | undefined {
  return component.getFirstProperty(property)?.getFirstParameter('tzid') || undefined;
}

function isFloating(time: ICAL.Time, tzid: string | undefined): boolean {
  return tzid === undefined && time.zone !== ICAL.Timezone.utcTimezone;
}

/** As the wall shows it, to the second. */
function textOf({ year, month, day, hour, minute, second }: ICAL.Time): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${two(hour)}:${two(minute)}:${two(Math.min(second, 59))}`;
}

const zones = new Map<string, boolean>();

function isIana(tzid: string): boolean {
  let known = zones.get(tzid);
  if (known === undefined) {
    try {
      known = new Intl.DateTimeFormat('en', { timeZone: tzid }).resolvedOptions().timeZone !== '';
    } catch {
      known = false;
    }
    if (zones.size > 1_000) zones.clear();
    zones.set(tzid, known);
  }
  return known;
}

function sameZone(one: string, other: string): boolean {
  const name = (zone: string) => new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  return one === other || name(one) === name(other);
}
