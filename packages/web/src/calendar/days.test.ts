import { describe, expect, test } from 'vitest';
import { goldenRule, policySchema, presetPolicy } from '@tuesday/protocol';
import { soaking } from '../testing/story.ts';
import { dateIn, daysOf, later, mondayOf } from './days.ts';
import { stagesOf } from './planned.ts';
import { policyLines } from './policy-words.ts';
import { watchersOn } from './watchers.ts';

const ZONE = 'Europe/Berlin';
const freeze = (from: string, to: string) => ({ name: 'frozen', from, to, kind: 'freeze' as const });
const day = (calendar: Parameters<typeof daysOf>[0], date: string) => daysOf(calendar, date, 1)[0];

describe('a day of the calendar', () => {
  test('is open in its window and nowhere else', () => {
    const week = daysOf(goldenRule(ZONE), '2026-11-23', 7);
    expect(week.map(({ open }) => open.length)).toEqual([0, 1, 1, 0, 0, 0, 0]);
    expect(week[1]).toMatchObject({ date: '2026-11-24', weekday: 'tuesday', open: ['09:00–12:00'] });
  });

  test.each([
    ['a whole day closes it', '2026-11-24', '2026-11-25', 0, undefined],
    [
      'half-open: a freeze that ends at its midnight does not touch it',
      '2026-11-23',
      '2026-11-24',
      1,
      'untouched',
    ],
    [
      'half-open: one that begins at the next midnight does not either',
      '2026-11-25',
      '2026-11-26',
      1,
      'untouched',
    ],
    [
      'an evening leaves the window, with its hours',
      '2026-11-24T17:00',
      '2026-11-25T08:00',
      1,
      '17:00–24:00',
    ],
    ['a morning leaves the window, with its hours', '2026-11-23T17:00', '2026-11-24T08:00', 1, '00:00–08:00'],
  ])('%s', (_, from, to, open, hours) => {
    const found = day({ ...goldenRule(ZONE), freezes: [freeze(from, to)] }, '2026-11-24');
    expect(found?.open.length).toBe(open);
    expect(hours === 'untouched' ? found?.closed : found?.closed[0]?.hours).toEqual(
      hours === 'untouched' ? [] : hours,
    );
  });

  test('what only the last stage may use is told apart', () => {
    const { calendar } = presetPolicy('chapter-plan', ZONE);
    expect(day(calendar, '2026-11-27')).toMatchObject({ open: [], openForLast: ['09:00–12:00'] });
    expect(day(calendar, '2026-11-24')).toMatchObject({ open: ['09:00–12:00'], openForLast: [] });
  });

  test('weeks begin on Monday, and months and years end where they end', () => {
    expect(mondayOf('2026-11-29')).toBe('2026-11-23');
    expect(mondayOf('2026-11-23')).toBe('2026-11-23');
    expect(later('2026-12-31', 1)).toBe('2027-01-01');
    expect(later('2028-02-28', 1)).toBe('2028-02-29');
  });

  test('an instant is the day of the zone’s wall, not of the viewer’s', () => {
    expect(dateIn(Date.UTC(2026, 10, 24, 23, 30), ZONE)).toBe('2026-11-25');
    expect(dateIn(Date.UTC(2026, 10, 24, 23, 30), 'America/New_York')).toBe('2026-11-24');
  });
});

describe('who is on watch', () => {
  const at = (date: number, hour: number) => Date.UTC(2026, 10, date, hour - 1);
  const shifts = [
    { from: at(24, 9), until: at(26, 0), people: ['alice'] },
    { from: at(26, 0), until: at(27, 9), people: [] },
  ];
  test('a shift that ends at midnight is not of the next day', () => {
    expect(watchersOn(shifts, '2026-11-25', ZONE)).toEqual(['alice']);
    expect(watchersOn(shifts, '2026-11-26', ZONE)).toEqual([]);
    expect(watchersOn(shifts, '2026-11-28', ZONE)).toBeUndefined();
  });
});

describe('stages on the calendar', () => {
  test('what has opened stands where it opened, the rest where it is planned, the unplanned nowhere', () => {
    const [first] = soaking().stages;
    const found = stagesOf(soaking(), [1, 2_000, null]);
    expect(found.map(({ stage, at, opened }) => [stage, at, opened])).toEqual([
      [1, first?.openedAt, true],
      [2, 2_000, false],
    ]);
  });
});

describe('the policy in words', () => {
  test('the golden rule names its days, its people and its limits', () => {
    const lines = policyLines(presetPolicy('golden-rule', ZONE, { country: 'US' }));
    expect(lines).toContain('Stages open Tue, Wed 09:00 to 12:00, Europe/Berlin time.');
    expect(lines).toContain('Public holidays of US are closed.');
    expect(lines.some((line) => line.startsWith('2 people start a rollout'))).toBe(true);
  });

  test('a policy without the two-person rule says so, and one without windows says never', () => {
    const policy = policySchema.parse({
      calendar: { zone: ZONE, windows: [] },
      approvals: { needed: 0 },
      watch: { required: false },
    });
    const lines = policyLines(policy).join('\n');
    expect(lines).toContain('Stages open never');
    expect(lines).toContain('the two-person rule is off');
    expect(lines).toContain('Nobody has to be on watch.');
  });
});
