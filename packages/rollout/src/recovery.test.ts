import { recoverySchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsMeaning, HEALED, type RecoveryFacts, recoveryOf } from './recovery.ts';

const facts = fc.record({
  wentBack: fc.boolean(),
  recalled: fc.boolean(),
  rescued: fc.boolean(),
  relayed: fc.boolean(),
  well: fc.boolean(),
  heard: fc.boolean(),
});
const unwell: RecoveryFacts = {
  wentBack: false,
  recalled: false,
  rescued: false,
  relayed: false,
  well: false,
  heard: false,
};

describe('how a harmed device came back', () => {
  test.each([
    ['went back by reflex', { well: true, wentBack: true }, 'itself'],
    [
      'went back by reflex, and was recalled afterwards',
      { well: true, wentBack: true, recalled: true },
      'itself',
    ],
    ['was sent back', { well: true, recalled: true }, 'recall'],
    [
      'took a recovery release, after a rollback that did not help',
      { well: true, rescued: true, wentBack: true },
      'rescue',
    ],
    ['took it from a neighbour', { well: true, rescued: true, relayed: true, recalled: true }, 'relay'],
    ['runs something later', { well: true }, 'release'],
    ['talks and is not well', { heard: true }, 'waiting'],
    ['was sent back and is not well', { heard: true, recalled: true }, 'waiting'],
    ['says nothing', {}, 'technician'],
    [
      'was well when it was heard last, and is away now',
      { well: true, recalled: true, heard: false },
      'recall',
    ],
  ] as const)('%s', (_, change, expected) => {
    expect(recoveryOf({ ...unwell, ...change })).toBe(expected);
  });

  test('each device is exactly one of them, healed when and only when it is well', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(facts, (one) => {
        const found = recoveryOf(one);
        reached.add(found);
        expect(HEALED.includes(found)).toBe(one.well);
        const meant = recoverySchema.options.filter((kind) =>
          factsMeaning(kind).some((each) => JSON.stringify(each) === JSON.stringify(one)),
        );
        expect(meant).toEqual([found]);
      }),
    );
    expect(reached.size).toBe(recoverySchema.options.length);
  });

  test('the combinations are all there are', () => {
    expect(recoverySchema.options.flatMap(factsMeaning)).toHaveLength(64);
  });
});
