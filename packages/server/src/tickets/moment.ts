/** When a ticket was written, in the ways in which help desks write it. */
import type { Instant } from '@tuesday/protocol';
import { Temporal } from 'temporal-polyfill';

const LOCAL = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?$/;
const ZONED = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?(Z|UTC|[+-]\d\d:?\d\d)$/i;

/**
 * @param text ISO 8601 with an offset, or without one when a zone is given
 * @param zone IANA zone
 * @returns the instant, or what is wrong with the text
 */
export function momentOf(text: string, zone: string | undefined): Instant | { readonly wrong: string } {
  try {
    const [, date, clock, offset = ''] = ZONED.exec(text) ?? [];
    if (date !== undefined)
      return Temporal.Instant.from(`${date}T${clock}${/^[+-]/.test(offset) ? offset : 'Z'}`)
        .epochMilliseconds;
    const [, day, time] = LOCAL.exec(text) ?? [];
    if (day === undefined)
      return { wrong: 'is no time; write it as 2026-11-20T21:00Z, or without the Z and with a zone' };
    if (zone === undefined) return { wrong: 'says no zone; give the zone of the file' };
    return Temporal.PlainDateTime.from(`${day}T${time ?? '00:00'}`).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return { wrong: 'is no time' };
  }
}

export function isZone(zone: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId !== '';
  } catch {
    return false;
  }
}
