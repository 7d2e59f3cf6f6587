/**
 * When things may happen: change windows, freezes and the hours of a device. Wall-clock rules in one IANA zone;
 * every interval is half-open.
 */
import * as z from 'zod';

export const weekdaySchema = z.enum([
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]);
export type Weekday = z.infer<typeof weekdaySchema>;

export const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'use HH:MM');

/** Half-open, in the calendar's zone: `from` belongs to the window, `to` does not. */
export const changeWindowSchema = z
  .object({ days: z.array(weekdaySchema).min(1), from: timeOfDaySchema, to: timeOfDaySchema })
  .refine((window) => window.from < window.to, {
    path: ['to'],
    message: 'must be later than from; write a window over midnight as two',
  });
export type ChangeWindow = z.infer<typeof changeWindowSchema>;

/** A date, or a date and a time of the wall, `2026-12-20` or `2026-12-20T17:00`. A date alone is its midnight. */
const localSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):[0-5]\d)?$/, 'use YYYY-MM-DD or YYYY-MM-DDTHH:MM')
  .refine((text) => z.iso.date().safeParse(text.slice(0, 10)).success, { message: 'no such date' });

/** Half-open in the calendar's zone: at `to` the calendar is free again. */
export const freezeSchema = z
  .object({
    name: z.string().min(1).max(120),
    from: localSchema,
    to: localSchema,
    /** RFC 5545 recurrence rule without `RRULE:`, for instance `FREQ=YEARLY`; `from` is the first occurrence. */
    rrule: z.string().min(1).max(300).optional(),
    /** Why it is closed, for the sentence: a freeze that people set, or a public holiday. */
    kind: z.enum(['freeze', 'holiday']).default('freeze'),
  })
  .refine((freeze) => freeze.from < freeze.to, { path: ['to'], message: 'must be later than from' });
export type Freeze = z.infer<typeof freezeSchema>;

export const calendarSchema = z.object({
  /** IANA zone, for instance `Europe/Berlin`. */
  zone: z.string().min(1).max(64).refine(isZone, { message: 'not an IANA time zone' }),
  /** When stages may open. An empty list means: never. */
  windows: z.array(changeWindowSchema).max(50),
  /** For the plan's last stage, in place of `windows`. */
  lastStageWindows: z.array(changeWindowSchema).max(50).optional(),
  freezes: z.array(freezeSchema).max(4_000).default([]),
});
export type Calendar = z.infer<typeof calendarSchema>;

/**
 * When a device may take an update, by the clock at the device. `from` later than `to` spans midnight:
 * `{ from: '22:00', to: '06:00' }` is "not between 06:00 and 22:00 at the device".
 */
export const deviceHoursSchema = z
  .object({ from: timeOfDaySchema, to: timeOfDaySchema })
  .refine((hours) => hours.from !== hours.to, { path: ['to'], message: 'must differ from from' });
export type DeviceHours = z.infer<typeof deviceHoursSchema>;

/** Whether this machine knows it as an IANA time zone. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Tuesday and Wednesday, 09:00 to 12:00: early in the week, in the morning, with people around. */
export function goldenRule(zone: string): Calendar {
  return { zone, windows: [{ days: ['tuesday', 'wednesday'], from: '09:00', to: '12:00' }], freezes: [] };
}
