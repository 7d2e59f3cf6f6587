import { planSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { draftLike, freshDraft, planOf, withNextStage } from './draft.ts';

describe('a plan that is being written', () => {
  test('is one that the server takes from the beginning', () => {
    const { plan, problems } = planOf(freshDraft('3.2.6'));
    expect(problems).toEqual({});
    expect(planSchema.parse(plan).stages.map(({ share }) => share)).toEqual([0.01, 0.1, 1]);
  });

  test('says of each field that it is no number yet, under the name that the server gives it', () => {
    const [first, ...rest] = freshDraft('').stages;
    const stages = [{ ...first!, share: 'some', maxBad: '' }, ...rest];
    const { problems } = planOf({ ...freshDraft(''), stages, coverage: 'x', gap: 'cap', upTo: ' ' });
    expect(Object.keys(problems).sort()).toEqual([
      'coverage',
      'name',
      'parity.upTo',
      'release',
      'stages.0.gate.maxBadShare',
      'stages.0.share',
    ]);
  });

  test('takes over an earlier one as it was, percent by percent', () => {
    const earlier = planSchema.parse({
      name: 'before',
      release: '3.2.4',
      stages: [
        { share: 0.07, soak: '24h', pace: '2h', gate: { maxBadShare: 0.035 } },
        { share: 0.29, soak: '48h', windows: [{ days: ['tuesday'], from: '09:00', to: '10:00' }] },
        { share: 1, soak: '24h' },
      ],
      parity: { gap: 'cap', upTo: 0.29 },
      metrics: [{ name: 'heap', worse: 'above', bound: 9 }],
    });
    const { plan } = planOf(draftLike(earlier, '3.2.6'));
    expect(planSchema.parse(plan)).toEqual({ ...earlier, name: 'Rollout of 3.2.6', release: '3.2.6' });
  });

  test('grows by a stage that is larger than the last, and never beyond everybody', () => {
    const shares = withNextStage(withNextStage(freshDraft('1.0.0'))).stages.map(({ share }) => share);
    expect(shares).toEqual(['1', '10', '100', '100', '100']);
  });

  test('takes a comma for a point', () => {
    const [first, ...rest] = freshDraft('1.0.0').stages;
    const { plan } = planOf({ ...freshDraft('1.0.0'), stages: [{ ...first!, share: '0,5' }, ...rest] });
    expect(plan.stages[0]?.share).toBe(0.005);
  });
});
