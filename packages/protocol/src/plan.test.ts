import { describe, expect, test } from 'vitest';
import { planSchema } from './plan.ts';
import { calendarSchema, goldenRule } from './calendar.ts';
import { refuseParse } from './refusals.ts';

const good = {
  name: 'thermostat 3.2.5',
  release: '3.2.5',
  stages: [
    { share: 0.01, soak: '24h' },
    { share: 0.1, soak: '48h' },
    { share: 1, soak: '72h' },
  ],
};

describe('a plan is judged at the door', () => {
  test('the plan of the book passes and gets its defaults', () => {
    const plan = planSchema.parse(good);
    expect(plan.coverage).toBe(8);
    expect(plan.stages[0]?.gate).toEqual({ maxBadShare: 0.05, minProvenShare: 0.9, minBadDevices: 3 });
  });

  test.each([
    [
      'falling shares',
      {
        stages: [
          { share: 0.1, soak: '24h' },
          { share: 0.05, soak: '24h' },
        ],
      },
      'stages.1.share',
    ],
    [
      'equal shares',
      {
        stages: [
          { share: 0.1, soak: '24h' },
          { share: 0.1, soak: '24h' },
        ],
      },
      'stages.1.share',
    ],
    ['a soak of zero', { stages: [{ share: 1, soak: '0h' }] }, 'stages.0.soak'],
    ['a soak that is not a duration', { stages: [{ share: 1, soak: 'a while' }] }, 'stages.0.soak'],
    ['a soak too short to notice silence', { stages: [{ share: 1, soak: '30m' }] }, 'stages.0.soak'],
    ['a share of zero', { stages: [{ share: 0, soak: '24h' }] }, 'stages.0.share'],
    ['a share over one', { stages: [{ share: 1.01, soak: '24h' }] }, 'stages.0.share'],
    ['no stage', { stages: [] }, 'stages'],
    [
      'a gate that tolerates everything',
      { stages: [{ share: 1, soak: '24h', gate: { maxBadShare: 1 } }] },
      'stages.0.gate.maxBadShare',
    ],
    [
      'a gate that does not parse',
      { stages: [{ share: 1, soak: '24h', gate: { maxBadShare: '5 %' } }] },
      'stages.0.gate.maxBadShare',
    ],
    ['a release that is no version', { release: 'latest' }, 'release'],
    ['no name', { name: '' }, 'name'],
  ])('%s is refused, naming the field', (_, change, field) => {
    const result = planSchema.safeParse({ ...good, ...change });
    expect(result.success).toBe(false);
    if (!result.success) expect(refuseParse(result.error).field).toBe(field);
  });
});

describe('a calendar', () => {
  test('the golden rule is a calendar', () => {
    expect(calendarSchema.parse(goldenRule('Europe/Berlin')).windows).toHaveLength(1);
  });

  test.each([
    ['a zone that does not exist', { ...goldenRule('Mars/Olympus') }],
    [
      'a window that ends before it begins',
      { zone: 'UTC', windows: [{ days: ['monday'], from: '12:00', to: '09:00' }] },
    ],
    [
      'a freeze of no days',
      { ...goldenRule('UTC'), freezes: [{ name: 'x', from: '2026-12-24', to: '2026-12-24' }] },
    ],
    [
      'a day that does not exist',
      { zone: 'UTC', windows: [], freezes: [{ name: 'x', from: '2026-02-30', to: '2026-03-02' }] },
    ],
  ])('with %s is refused', (_, calendar) => {
    expect(calendarSchema.safeParse(calendar).success).toBe(false);
  });
});
