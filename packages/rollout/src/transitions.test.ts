import { type Phase, phaseSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { TRANSITIONS } from './transitions.ts';

const REVIEWED = [
  'draft started scheduled',
  'draft cancelled cancelled',
  'scheduled stage-opened soaking',
  'scheduled hold-out-opened watching',
  'scheduled halted halted',
  'scheduled cancelled cancelled',
  'scheduled recall-started recalling',
  'scheduled paused scheduled',
  'scheduled resumed scheduled',
  'soaking stage-passed scheduled',
  'soaking halted halted',
  'soaking recall-started recalling',
  'soaking paused soaking',
  'soaking resumed soaking',
  'watching completed completed',
  'watching halted halted',
  'watching recall-started recalling',
  'watching paused watching',
  'watching resumed watching',
  'halted recall-started recalling',
  'halted slice-excluded soaking',
  'scheduled slice-excluded scheduled',
  'soaking slice-excluded soaking',
  'recalling recall-finished recalled',
  'completed recall-started recalling',
];

describe('the table of transitions', () => {
  test('has exactly the edges that were reviewed', () => {
    const edges = Object.entries(TRANSITIONS).flatMap(([from, out]) =>
      Object.entries(out).map(([event, to]) => `${from} ${event} ${to}`),
    );
    expect(edges.toSorted()).toEqual(REVIEWED.toSorted());
  });

  test('has a row for every phase', () => {
    expect(Object.keys(TRANSITIONS).toSorted()).toEqual([...phaseSchema.options].toSorted());
  });

  test.each<Phase>(['recalled', 'cancelled'])('has no way out of %s', (phase) => {
    expect(TRANSITIONS[phase]).toEqual({});
  });
});
