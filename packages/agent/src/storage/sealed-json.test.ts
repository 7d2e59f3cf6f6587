import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sealed, unsealed } from './sealed-json.ts';

test('whatever was sealed is found unaltered, and any altered byte is noticed or changes nothing', () => {
  let altered = 0;
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (record, nat, mask) => {
        const text = sealed(record);
        const told = JSON.parse(JSON.stringify(record)) as unknown;
        if (!('sha256' in record))
          expect(unsealed(JSON.parse(text))).toEqual({ record: told, altered: false });
        const bytes = Buffer.from(text);
        const at = nat % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        const parsed = parse(bytes.toString());
        if (parsed === undefined) return;
        const found = unsealed(parsed);
        altered += Number(found.altered);
        // The name of the seal itself may be hit: then the rest is what it was.
        if (!found.altered) expect(JSON.stringify(found.record)).toContain(JSON.stringify(told).slice(1, -1));
      },
    ),
    { numRuns: 500 },
  );
  expect(altered).toBeGreaterThan(50);
});

test.each([null, 7, 'text', [], { no: 'seal' }])(
  '%o, which an earlier agent may have written, is taken as it is',
  (value) => {
    expect(unsealed(value)).toEqual({ record: value, altered: false });
  },
);

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
