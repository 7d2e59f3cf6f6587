import type { Cell, InventoryView } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRulesSchema } from '../file/matrix-file.ts';
import { proposeCells, TooManyCells } from './propose.ts';
import type { FileDimension } from './values.ts';

const rules = planRulesSchema.parse({});

function inventoryOf(shares: Record<string, Record<string, number>>): InventoryView {
  return {
    at: 0,
    devices: 10_000,
    dimensions: Object.entries(shares).map(([name, values]) => ({
      name,
      declared: true,
      more: 0,
      values: Object.entries(values).map(([value, share]) => ({
        value: value === '' ? null : value,
        devices: Math.round(share * 10_000),
        share,
        firstSeenAt: 0,
        spellings: [],
      })),
    })),
  };
}

const named = (name: string, ...values: string[]): FileDimension => ({
  name,
  values: values.map((value) => ({ value, always: false })),
});
const partsOf = (dimensions: FileDimension[], inventory: InventoryView) =>
  proposeCells(dimensions, inventory, rules).dimensions[0]!.values.map(({ value, part }) => [value, part]);

describe('the cells that are proposed', () => {
  const brokers = named('broker', '2.0.15', '2.0.18', '2.0.22');
  const fleet = inventoryOf({
    broker: { '2.0.15': 0.8, '2.0.18': 0.15, '2.0.22': 0.02, '1.6.9': 0.0295, '': 0.0005 },
    region: { eu: 0.6, us: 0.399, nz: 0.0009 },
  });

  test('have every value that matters, and every two of the common ones together', () => {
    const { cells } = proposeCells([brokers, { name: 'region', values: undefined }], fleet, rules);
    expect(cells).toEqual(
      expect.arrayContaining([
        { broker: '2.0.15', region: 'eu' },
        { broker: '2.0.15', region: 'us' },
        { broker: '2.0.18', region: 'eu' },
        { broker: '2.0.18', region: 'us' },
      ]),
    );
    // Rarer than pairsFrom: once, with what is most common beside it.
    expect(cells.filter(({ broker }) => broker === '2.0.22')).toEqual([{ broker: '2.0.22', region: 'eu' }]);
    expect(cells).toHaveLength(5);
  });

  test('leave out what cannot be brought up, and say so with its share, the largest first', () => {
    const { gaps } = proposeCells([brokers, { name: 'region', values: undefined }], fleet, rules);
    expect(gaps[0]).toContain('broker 1.6.9: 295 devices (2.95 %)');
    expect(gaps.join('\n')).toContain('5 devices (0.05 %) do not report broker');
    expect(gaps.join('\n')).toContain('region nz: 9 devices');
  });

  test.each<[string, FileDimension, InventoryView, string]>([
    ['nobody has', named('broker', 'a', 'b'), inventoryOf({ broker: { a: 1 } }), 'unseen'],
    ['a few have', named('broker', 'a', 'b'), inventoryOf({ broker: { a: 0.99, b: 0.01 } }), 'once'],
    ['many have', named('broker', 'a', 'b'), inventoryOf({ broker: { a: 0.9, b: 0.1 } }), 'pairs'],
    [
      'hardly anybody has',
      named('broker', 'a', 'b'),
      inventoryOf({ broker: { a: 0.9999, b: 0.0001 } }),
      'rare',
    ],
    [
      'the file cannot bring up',
      named('broker', 'a'),
      inventoryOf({ broker: { a: 0.9, b: 0.1 } }),
      'unreachable',
    ],
    [
      'nobody has yet and the file always wants',
      { name: 'broker', values: [...named('broker', 'a').values!, { value: 'b', always: true }] },
      inventoryOf({ broker: { a: 1 } }),
      'once',
    ],
  ])('know what becomes of a value that %s', (_, dimension, inventory, part) => {
    expect(partsOf([dimension], inventory)).toContainEqual(['b', part]);
  });

  test('are all of the file when no inventory is given', () => {
    const { cells } = proposeCells([brokers, named('region', 'eu', 'us')], undefined, rules);
    expect(cells).toHaveLength(6);
  });

  test('are refused before they are counted out when there would be too many', () => {
    const wide = named('a', ...Array.from({ length: 60 }, (_, index) => `v${index}`));
    expect(() => proposeCells([wide, { ...wide, name: 'b' }], undefined, rules)).toThrow(TooManyCells);
  });

  test('never name a dimension twice or an unknown value, and hold each value that matters', () => {
    const dimension = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,3}$/),
      fc.double({ min: 0, max: 1, noNaN: true }),
      {
        minKeys: 1,
        maxKeys: 12,
      },
    );
    let values = 0;
    fc.assert(
      fc.property(fc.array(dimension, { minLength: 1, maxLength: 6 }), (list) => {
        const shares = Object.fromEntries(list.map((one, index) => [`d${index}`, one]));
        const dimensions = Object.keys(shares).map((name) => ({ name, values: undefined }));
        const { cells } = proposeCells(dimensions, inventoryOf(shares), rules);
        for (const [name, of] of Object.entries(shares))
          for (const [value, share] of Object.entries(of)) {
            const inCells = cells.some((cell: Cell) => cell[name] === value);
            if (share >= rules.valuesFrom) expect(inCells).toBe(true);
            else expect(inCells).toBe(false);
            values++;
          }
      }),
    );
    expect(values).toBeGreaterThan(500);
  });

  test('answer for 50 dimensions of 200 values', () => {
    // As fleets are: a few common values, and a long tail.
    const weights = Array.from({ length: 200 }, (_, index) => 1 / (index + 1));
    const sum = weights.reduce((a, b) => a + b);
    const shares = Object.fromEntries(
      Array.from({ length: 50 }, (_, dimension) => [
        `d${dimension}`,
        Object.fromEntries(weights.map((weight, index) => [`v${index}`, weight / sum])),
      ]),
    );
    const dimensions = Object.keys(shares).map((name) => ({ name, values: undefined }));
    const all = { ...rules, valuesFrom: 0, pairsFrom: 0.02 };
    const { cells, fewestCells, pairs } = proposeCells(dimensions, inventoryOf(shares), all);
    expect(fewestCells).toBe(200);
    expect(pairs).toBeGreaterThan(70_000);
    expect(cells.length).toBeLessThanOrEqual(400);
    expect(new Set(cells.map(({ d49 }) => d49)).size).toBe(200);
  });
});
