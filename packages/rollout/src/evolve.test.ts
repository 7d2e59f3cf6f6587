import type { RolloutEvent } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evolve, initialState } from './evolve.ts';
import type { RolloutState } from './situation.ts';
import { nextPhase } from './transitions.ts';

const after = (...events: RolloutEvent[]): RolloutState => {
  let state = initialState();
  events.forEach((event, at) => {
    const next = evolve(state, event, at);
    if ('refused' in next) throw new Error(next.refused.because);
    state = next;
  });
  return state;
};
const opened: RolloutEvent[] = [{ kind: 'started' }, { kind: 'stage-opened', stage: 0 }];
const slice = { kind: 'slice-excluded', attribute: 'broker', value: '2.0.18' } as const;

describe('a rollout', () => {
  test.each<[string, RolloutEvent[], RolloutEvent]>([
    ['skips no stage', [{ kind: 'started' }], { kind: 'stage-opened', stage: 1 }],
    ['opens no stage before the one before has passed', opened, { kind: 'stage-opened', stage: 1 }],
    ['passes no stage that is not open', opened, { kind: 'stage-passed', stage: 1 }],
    [
      'is not cancelled once devices were offered the release',
      [...opened, { kind: 'stage-passed', stage: 0 }],
      { kind: 'cancelled' },
    ],
    ['excludes nothing before anything was offered', [{ kind: 'started' }], slice],
    ['excludes nothing twice', [...opened, slice], slice],
    ['does not resume from a halt', [...opened, { kind: 'halted' }], { kind: 'resumed', reason: 'operator' }],
  ])('%s', (_, events, event) =>
    expect(evolve(after(...events), event, 9)).toHaveProperty('refused.code', 'wrong-phase'),
  );

  test.each<[string, RolloutEvent[], string]>([
    ['soaking', opened, 'soaking'],
    ['scheduled', [...opened, { kind: 'stage-passed', stage: 0 }], 'scheduled'],
    ['watching', [...opened, { kind: 'stage-passed', stage: 0 }, { kind: 'hold-out-opened' }], 'watching'],
  ])('that was halted while %s goes on there without the slice', (_, events, phase) => {
    const state = after(...events, { kind: 'halted' }, slice);
    expect(state).toMatchObject({
      phase,
      haltedAt: null,
      excluded: [{ attribute: 'broker', value: '2.0.18' }],
    });
  });

  test('forgets the pause for the evidence when its slice is excluded, and keeps an operator’s', () => {
    const pauses: RolloutEvent[] = [
      { kind: 'paused', reason: 'evidence' },
      { kind: 'paused', reason: 'operator' },
    ];
    expect(after(...opened, ...pauses, slice).paused).toEqual(['operator']);
  });

  test('remembers that a person resumed it in spite of the evidence, in this stage', () => {
    const paused: RolloutEvent = { kind: 'paused', reason: 'evidence' };
    expect(after(...opened, paused, { kind: 'resumed', reason: 'evidence', waived: true })).toMatchObject({
      paused: [],
      waivedStage: 0,
    });
    expect(after(...opened, paused, { kind: 'resumed', reason: 'evidence' }).waivedStage).toBeUndefined();
  });
});

const anyEvent: fc.Arbitrary<RolloutEvent> = fc.oneof(
  fc.constantFrom<RolloutEvent>(
    { kind: 'started' },
    { kind: 'halted' },
    { kind: 'hold-out-opened' },
    { kind: 'recall-started' },
    { kind: 'recall-finished' },
    { kind: 'completed' },
    { kind: 'cancelled' },
    { kind: 'paused', reason: 'evidence' },
    { kind: 'resumed', reason: 'evidence' },
    slice,
  ),
  fc.record({ kind: fc.constant('stage-opened' as const), stage: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('stage-passed' as const), stage: fc.integer({ min: 0, max: 3 }) }),
);

test('whatever is thrown at it, it goes only along the table, stage by stage, and never forgets what opened', () => {
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 10, maxLength: 60 }), (events) => {
      let state = initialState();
      events.forEach((event, at) => {
        const next = evolve(state, event, at);
        if ('refused' in next) return;
        expect(nextPhase(state.phase, event.kind)).toBeDefined();
        expect((next.stage ?? -1) - (state.stage ?? -1)).toBeLessThanOrEqual(1);
        for (const stage of Object.keys(state.openedAt)) expect(next.openedAt).toHaveProperty(stage);
        reached.set(next.phase, (reached.get(next.phase) ?? 0) + 1);
        state = next;
      });
    }),
    { numRuns: 3_000, seed: 31 },
  );
  for (const phase of ['scheduled', 'soaking', 'halted', 'recalling', 'recalled', 'cancelled', 'watching'])
    expect(reached.get(phase) ?? 0, phase).toBeGreaterThan(10);
});
