/** CSV and Markdown that come from what devices and people wrote. */
import type { IncidentDeviceView } from '@tuesday/protocol';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from './technicians-csv.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const device: fc.Arbitrary<IncidentDeviceView> = fc.record({
  device: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
  hardware: fc.constant('th-2'),
  recovery: fc.constant('technician'),
  because: text,
  version: fc.constantFrom('3.2.5', null),
  lastSeen: fc.constantFrom(0, null),
  environment: fc.dictionary(fc.constantFrom('address', 'serial', 'region'), text),
  customer: fc.option(text),
});

test('whatever stands in a cell is read back as it was, and none of it is a formula', () => {
  let formulas = 0;
  fc.assert(
    fc.property(
      fc.array(device, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('', '=', '+', '@'),
      (many, first) => {
        const given = many.map((one) => ({ ...one, because: `${first}${one.because}` }));
        const rows: Record<string, string>[] = parse(toCsv(given), {
          columns: true,
          record_delimiter: '\r\n',
        });
        expect(rows).toHaveLength(given.length);
        for (const [index, row] of rows.entries()) {
          const said = given[index]?.because ?? '';
          const guarded = /^[=+\-@\t\r]/.test(said);
          if (guarded) formulas++;
          expect(row['because']).toBe(guarded ? `'${said}` : said);
          for (const value of Object.values(row)) expect(value).not.toMatch(/^[=+@]/);
        }
      },
    ),
  );
  expect(formulas).toBeGreaterThan(30);
});

test('nobody to visit is a list with a heading', () => {
  expect(toCsv([])).toBe('device,hardware,version,last seen,because,customer\r\n');
});
