import { isRefused } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCalendarFile } from './icalendar.ts';
import { GOOGLE, OPSGENIE, PAGERDUTY } from './testing/calendars.ts';

const reading = { zone: 'America/New_York', until: Date.UTC(2027, 5, 1) };

test('a file that was damaged anywhere is read or refused with its line, and breaks nothing', () => {
  const seen = { read: 0, refused: 0, withLine: 0 };
  const damage = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom('\r\n', ':', ';', '"', '', 'BEGIN:VEVENT\r\n', 'END:VCALENDAR\r\n', '\0', ';TZID=X'),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(GOOGLE, OPSGENIE, PAGERDUTY),
      fc.array(fc.tuple(fc.nat(2_200), fc.nat(40), damage), { minLength: 1, maxLength: 3 }),
      (good, cuts) => {
        let text = good;
        for (const [at, length, put] of cuts) text = text.slice(0, at) + put + text.slice(at + length);
        const file = readCalendarFile(text, reading);
        if (!isRefused(file)) {
          seen.read++;
          for (const { from, until, line } of file.events) {
            expect(Number.isSafeInteger(from) && Number.isSafeInteger(until)).toBe(true);
            expect(line).toBeGreaterThan(0);
          }
          return;
        }
        seen.refused++;
        expect(file.refused.code).toBe('calendar-invalid');
        if (/^line \d+: /.test(file.refused.because)) seen.withLine++;
      },
    ),
    { numRuns: 1_500, seed: 19 },
  );
  expect(seen.read).toBeGreaterThan(200);
  expect(seen.refused).toBeGreaterThan(200);
  expect(seen.withLine).toBe(seen.refused);
});
